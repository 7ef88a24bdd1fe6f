"""Sources, and senders that use them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from crm.actors import Actor
from crm.inbox import registry
from crm.inbox.handler import InboundHandler
from crm.inbox.outcomes import Answer, Done, Ignored, Outcome, Refused, RetryLater, Unprocessable
from crm.inbox.request import InboundRequest
from crm.inbox.signatures import require_hmac
from crm.models import InboundDelivery, InboundSource
from crm.services.inbound_sources import SourceValues, create_source
from tests.worlds import World


class Scripted(InboundHandler):
    """Does what the body says: `{"id": …, "do": "done"|"ignore"|"later"|"never"|"crash"}`."""

    kind = "scripted"
    title = "Scripted by a test"

    def external_key(self, request: InboundRequest) -> str:
        return str(request.json()["id"])

    def handshake(self, source: InboundSource, request: InboundRequest) -> Answer | None:
        challenge = request.query_fields().get("challenge")
        return Answer(challenge.encode(), "text/plain") if challenge else None

    def parse(self, request: InboundRequest, source: InboundSource) -> Any:
        return {"asked": request.json()["do"]}

    def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Outcome:
        match self.parse(InboundRequest.of(delivery), delivery.source)["asked"]:
            case "done":
                return Done({"order": 7})
            case "ignore":
                return Ignored("A test event.")
            case "later":
                raise RetryLater("The other system is closed.")
            case "never":
                raise Unprocessable("No such order.")
        raise ZeroDivisionError("Ana de Souza, +61 412 345 678")


class Signed(Scripted):
    """Signs the raw body in the header X-Signature."""

    kind = "signed"
    is_signed = True
    secret_headers = frozenset({"x-signature"})

    def verify(self, request: InboundRequest, secrets: Sequence[str]) -> None:
        given = request.headers.get("x-signature")
        if given is None:
            raise Refused
        require_hmac(request.body, given=given, secrets=secrets)


def use_handler(monkeypatch: pytest.MonkeyPatch, handler: InboundHandler) -> InboundHandler:
    """Register a handler for one test."""
    monkeypatch.setitem(registry._handlers, handler.kind, handler)
    return handler


@dataclass
class Sender:
    """The other system, with the address it was given."""

    source: InboundSource
    secret: str

    @property
    def path(self) -> str:
        return f"/hooks/{self.source.key}/{self.secret}/"

    def send(self, body: Any = b"", *, rest: str = "", **extra: Any) -> Any:
        """Post bytes, or a value as JSON."""
        kind = extra.pop("content_type", "application/json")
        return Client().post(self.path + rest, body, content_type=kind, **extra)


def make_sender(
    world: World, *, kind: str = "scripted", signing_secret: str = "", **values: Any
) -> Sender:
    """A source of the company, made by its system, and who sends to it."""
    values.setdefault("name", kind)
    source, secret = create_source(
        actor=world.system(),
        kind=kind,
        values=SourceValues(**values),
        signing_secret=signing_secret,
    )
    return Sender(source, secret)
