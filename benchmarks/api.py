"""The REST API over HTTP, side by side with a bare read of Django REST framework.

The company that holds half of all customers; one client, and eight at a time. Everything runs on
the same cores, the asking programs too, so the eight compete with the server.
"""

import http.client
import json
import os
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from uuid import UUID, uuid4

import jwt
import psycopg

from benchmarks.measure import Report, Timing, timed, timed_together
from benchmarks.pages import HOST, SAMPLE, web_process

ROUNDS = int(os.environ.get("API_ROUNDS", "800"))
CLIENTS = 8
BATCHES = 10
ISSUER, AUDIENCE, SECRET = "https://access.line.me", "1234567890", "a secret for measuring " * 2
SERVED_BY = {"DJANGO_SETTINGS_MODULE": "benchmarks.bare_api", "DATABASE_POOL": "1"}
Call = Callable[[Any], None]


class Program:
    """Another system: one keep-alive connection and one key."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> bytes:
        """The answer's body; raises RuntimeError for a refusal."""
        sent = None if body is None else json.dumps(body)
        own = {"Content-Type": "application/json"} if sent else {}
        self.connection.request(method, path, sent, {**self.headers, **own, **(headers or {})})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path.partition('?')[0]}: {answer.status} {text[:300]!r}")
        return text


def run(report: Report) -> None:
    """Measure and report each kind of call."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        rows = owner.execute(SAMPLE).fetchall()
    people = Random(7).sample(rows, min(ROUNDS, len(rows)))
    token, profile_tokens = _prepared(people)
    with web_process(SERVED_BY) as port:

        def measured(what: str, path_of: Callable[[Any], str], inputs: Sequence[Any]) -> None:
            def caller() -> Call:
                program = Program(port, token)
                return lambda value: _get(program, path_of(value), profile_tokens)

            alone = timed(caller(), inputs)
            together = timed_together(caller, inputs, clients=CLIENTS)
            if not yardstick:
                yardstick.extend([alone, together])
            ratios = alone.p50 / yardstick[0].p50, together.p50 / yardstick[1].p50
            report(what, f"{alone.text()}; {ratios[0]:.2f} × bare")
            report(
                f"{what}, {CLIENTS} clients at once", f"{together.text()}; {ratios[1]:.2f} × bare"
            )

        yardstick: list[Timing] = []
        measured("bare read of one row", lambda row: f"/bare/{row[0]}", people)
        measured("customer", lambda row: f"/api/v1/customers/{row[0]}", people)
        measured(
            "by phone", lambda row: f"/api/v1/customers/by-phone?phone=%2B{row[3][1:]}", people
        )
        measured(
            "vip/status", lambda row: f"/api/v1/vip/status#{row[0]}", people[: len(profile_tokens)]
        )
        measured("50 customers", lambda row: "/api/v1/customers", people)
        program = Program(port, token)
        report(
            "100 customers created at once",
            _batches(program, "/api/v1/customers/bulk", _new_people),
        )
        report("1,000 orders upserted", _batches(program, "/api/v1/orders/bulk", _new_orders))


def _get(program: Program, path: str, profile_tokens: dict[str, str]) -> None:
    path, _, customer_id = path.partition("#")
    headers = {"X-Profile-Token": profile_tokens[customer_id]} if customer_id else None
    program.ask("GET", path, headers=headers)


def _batches(program: Program, path: str, body_of: Callable[[int], Any]) -> str:
    seconds = []
    for batch in range(BATCHES):
        body = body_of(batch)
        began = time.perf_counter()
        answer = json.loads(program.ask("POST", path, body))
        seconds.append(time.perf_counter() - began)
        if answer.get("failed") or answer.get("counts", {}).get("refused"):
            raise RuntimeError(f"{path} refused some: {str(answer)[:500]}")
    seconds.sort()
    return f"median {seconds[len(seconds) // 2]:.2f} s, slowest of {BATCHES} {seconds[-1]:.2f} s"


def _new_people(batch: int) -> Any:
    numbers = Random(uuid4().int)
    return {
        "items": [
            {
                "full_name": f"Made {batch} {place} Kumar",
                "phones": [{"value": f"+9198{numbers.randrange(10**8):08}"}],
                "emails": [{"value": f"made.{uuid4().hex}@mail.example"}],
            }
            for place in range(100)
        ]
    }


def _new_orders(batch: int) -> Any:
    return {
        "orders": [
            {
                "platform": "shop",
                "external_id": uuid4().hex,
                "ordered_at": "2026-05-01T10:00:00Z",
                "currency": "INR",
                "gross": "1200.00",
                "tickets": 2,
                "buyer": {"email": f"buyer.{place}@mail.example", "name": "Asha Rao"},
            }
            for place in range(1000)
        ]
    }


def _prepared(people: Sequence[tuple[str, str, str, str]]) -> tuple[str, dict[str, str]]:
    """A key of all scopes, and linked profiles with their tokens, by customer."""
    from crm.actors import Door, system_actor
    from crm.models import Company
    from crm.scopes import SCOPES
    from crm.services.api_keys import KeyValues, create_key
    from crm.tenancy import company_id_of, use_company
    from customers.models import TrustedIssuer
    from customers.services.profile_links import link_profile
    from customers.services.trusted_issuers import IssuerValues, create_issuer

    company_id = company_id_of("motors")
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
        actor = system_actor(company, door=Door.COMMAND, name="benchmark")
        values = KeyValues(name="Benchmark", scopes=list(SCOPES), requests_per_minute=100_000)
        _, token = create_key(actor=actor, values=values)
        if not TrustedIssuer.objects.filter(issuer=ISSUER).exists():
            create_issuer(
                actor=actor,
                values=IssuerValues(
                    name="LINE",
                    provider="line",
                    issuer=ISSUER,
                    audience=AUDIENCE,
                    algorithm="HS256",
                ),
                secret=SECRET,
            )
        for row in people[:100]:
            link_profile(
                actor=actor, provider="line", profile_id=f"U{row[0]}", customer_id=UUID(row[0])
            )
    now = int(time.time())
    return token, {
        row[0]: jwt.encode(
            {"iss": ISSUER, "aud": AUDIENCE, "sub": f"U{row[0]}", "iat": now, "exp": now + 3600},
            SECRET,
            "HS256",
        )
        for row in people[:100]
    }
