"""Pages over HTTP: a real uvicorn process, a signed-in browser, no shortcuts in between.

Search, card and list of the company that holds half of all customers, by one client and by four.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from random import Random
from urllib.parse import urlencode

import psycopg

from benchmarks.measure import Report, Timing, timed, timed_together
from crm.demo.companies import PASSWORD
from crm.embedded.places import ROOT

HOST = "127.0.0.1"
EMAIL = "reception@motors.example"
ROUNDS = int(os.environ.get("PAGE_ROUNDS", "400"))
CLIENTS = 4
SAMPLE = """
SELECT customer.id::text, customer.full_name, customer.code, point.value
  FROM customers_customer customer
  JOIN crm_company company ON company.id = customer.company_id AND company.slug = 'motors'
  JOIN customers_contactpoint point ON point.customer_id = customer.id AND point.kind = 'phone'
 WHERE customer.record_state = 'active' AND customer.id IN (
       SELECT id FROM customers_customer TABLESAMPLE SYSTEM (2))
 LIMIT 4000
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """One keep-alive connection with its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=30)
        self.cookies: SimpleCookie = SimpleCookie()

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, *, htmx: bool = False
    ) -> tuple[int, str]:
        """Status and text of the answer; a form goes with the CSRF token."""
        headers = {"Cookie": "; ".join(f"{name}={m.value}" for name, m in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.token
        if htmx:
            headers["HX-Request"] = "true"
        answer = self._send(method, path, body, headers)
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        return answer.status, text

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Once more on a new connection where the server has closed an idle one."""
        try:
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            self.connection.close()
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()

    @property
    def token(self) -> str:
        """The CSRF token of the cookie."""
        return next((m.value for name, m in self.cookies.items() if "csrf" in name), "")

    def sign_in(self, email: str = EMAIL) -> None:
        """As one of the demo's staff, through the page that people use."""
        _, page = self.ask("GET", "/accounts/login/")
        found = TOKEN.search(page)
        form = {"login": email, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = found[1] if found else ""
        status, _ = self.ask("POST", "/accounts/login/", form)
        if status != 302:
            raise RuntimeError(f"sign-in as {email} was answered {status}")


@contextmanager
def web_process(settings: Mapping[str, str] | None = None) -> Iterator[int]:
    """The application under uvicorn, as `make run` starts it; gives its port."""
    with socket.create_server((HOST, 0)) as listener:
        listener.set_inheritable(True)
        port = listener.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "crm.embedded.web", str(listener.fileno())],
            cwd=ROOT,
            env={**os.environ, **(settings or {})},
            pass_fds=[listener.fileno()],
        )
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            if Browser(port).ask("GET", "/healthz")[0] == 200:
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise RuntimeError("the web process does not answer")
        time.sleep(0.1)


def searches(rows: list[tuple[str, str, str, str]], rng: Random) -> dict[str, list[str]]:
    """What receptionists type, by its form, for people who are there."""
    forms: dict[str, Callable[[str, str, str], str]] = {
        "number as it is called out": lambda name, code, phone: f"0{phone[3:8]} {phone[8:]}",
        "last six digits": lambda name, code, phone: phone[-6:],
        "three digits in the middle": lambda name, code, phone: phone[5:8],
        "two names": lambda name, code, phone: name,
        "beginning of a name": lambda name, code, phone: name.split()[-1][:4],
        "name with a typing error": lambda name, code, phone: _mistyped(name, rng),
        "customer code": lambda name, code, phone: code,
    }
    return {
        form: [write(row[1], row[2], row[3]) for row in rng.sample(rows, min(ROUNDS, len(rows)))]
        for form, write in forms.items()
    }


def _mistyped(name: str, rng: Random) -> str:
    place = 1 + int(rng.random() * max(1, len(name.split()[0]) - 2))
    return name[:place] + name[place + 1 :]


def run(report: Report) -> None:
    """Measure and report each page."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        rows = owner.execute(SAMPLE).fetchall()
    rng = Random(7)
    with web_process() as port:
        typed = searches(rows, rng)
        mixed = [text for texts in typed.values() for text in texts]
        rng.shuffle(mixed)
        browser = _signed_in(port)
        nothing = timed(lambda _: browser.ask("GET", "/healthz"), range(ROUNDS))
        report("a request without the database (/healthz)", nothing.text())
        for form, texts in typed.items():
            report(f"search: {form}", timed(_search(browser), texts).text())
        _both(report, "search, all forms mixed", lambda b: _search(b), mixed[: 3 * ROUNDS], port)
        cards = [f"/customers/{row[0]}/" for row in rng.sample(rows, min(ROUNDS, len(rows)))]
        _both(report, "customer card", lambda b: _page(b), cards, port)
        _both(
            report, "customers list, first page", lambda b: _page(b), ["/customers/"] * ROUNDS, port
        )
        _both(report, "leads list, first page", lambda b: _page(b), ["/leads/"] * ROUNDS, port)


def _both(
    report: Report,
    what: str,
    call_of: Callable[[Browser], Callable[[str], object]],
    inputs: list[str],
    port: int,
) -> None:
    alone: Timing = timed(call_of(_signed_in(port)), inputs)
    report(what, alone.text())
    together = timed_together(lambda: call_of(_signed_in(port)), inputs, clients=CLIENTS)
    report(f"{what}, {CLIENTS} clients at once", together.text())


def _signed_in(port: int) -> Browser:
    browser = Browser(port)
    browser.sign_in()
    return browser


def _search(browser: Browser) -> Callable[[str], object]:
    def call(text: str) -> None:
        status, _ = browser.ask("POST", "/search/", {"q": text}, htmx=True)
        if status != 200:
            raise RuntimeError(f"search was answered {status}")

    return call


def _page(browser: Browser) -> Callable[[str], object]:
    def call(path: str) -> None:
        status, _ = browser.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"a page was answered {status}")

    return call
