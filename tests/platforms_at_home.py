"""Ticket platforms at home: real HTTP servers that speak as Humanitix and Eventbrite do.

Each keeps what it was asked. `next_answers` are given once, in their order, instead of the true
ones: an error, a redirect, something broken.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scoring.orders.moments import read_moment
from scoring.platforms.answers import UTC_ZONE

HUMANITIX_KEY = "humanitix-key-of-tests"
EVENTBRITE_TOKEN = "EVENTBRITETOKENOFTESTS"


@dataclass
class Asked:
    """A request as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Answer:
    """What is answered; `drip` sends the body piece by piece with a pause before each."""

    content: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    drip: float = 0.0

    def as_bytes(self) -> bytes:
        return json.dumps(self.content).encode() if self.body is None else self.body


class AtHome:
    """A server on a port of its own; a subclass answers."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.next_answers: list[Answer] = []
        self.before_answer: Callable[[Asked], None] = lambda asked: None
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                platform._serve(self)

            def log_message(self, *args: Any) -> None:
                """Nothing: pytest shows what a test asserts."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: Any) -> None:
                """A client that gives up is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()

    def paths(self) -> list[str]:
        """The paths that were asked, in their order."""
        return [asked.path for asked in self.asked]

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(parts.path, query, headers)
        self.asked.append(asked)
        self.before_answer(asked)
        answer = self.next_answers.pop(0) if self.next_answers else self.answer(asked)
        body = answer.as_bytes()
        handler.send_response(answer.status)
        for name, value in {"Content-Length": str(len(body)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if not answer.drip:
            handler.wfile.write(body)
            return
        for byte in body:
            time.sleep(answer.drip)
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()

    def answer(self, asked: Asked) -> Answer:
        """The true answer."""
        raise NotImplementedError


class HumanitixAtHome(AtHome):
    """Events with their orders and tickets; pages of `page_size`, newest change first."""

    def __init__(self, *, page_size: int = 100) -> None:
        super().__init__()
        self.page_size = page_size
        self.events: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, list[dict[str, Any]]] = {}
        self.tickets: dict[str, list[dict[str, Any]]] = {}

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("x-api-key") != HUMANITIX_KEY:
            return _error(401, "Unauthorized", "Invalid API Key.")
        if not asked.query.get("page", "").isdecimal():
            return _error(400, "Bad Request", "query should have required property 'page'")
        names = asked.path.strip("/").split("/")
        if names == ["v1", "events"]:
            return self._page("events", list(self.events.values()), asked)
        if len(names) == 4 and names[2] in self.events and names[3] in ("orders", "tickets"):
            store = self.orders if names[3] == "orders" else self.tickets
            return self._page(names[3], store.get(names[2], []), asked)
        return _error(404, "Not Found", "Not found.")

    def _page(self, name: str, items: list[dict[str, Any]], asked: Asked) -> Answer:
        since = _moment(asked.query.get("since"))
        if since is not None:
            items = [item for item in items if (_moment(item.get("updatedAt")) or since) >= since]
        page, size = int(asked.query["page"]), self.page_size
        shown = items[(page - 1) * size : page * size]
        return Answer({"total": len(items), "page": page, "pageSize": size, name: shown})


class EventbriteAtHome(AtHome):
    """Orders of organisation 77; the list is followed by continuations `c1`, `c2` …"""

    organisation = "77"

    def __init__(self, *, page_size: int = 50) -> None:
        super().__init__()
        self.page_size = page_size
        self.orders: dict[str, dict[str, Any]] = {}
        self.attendees: dict[str, str] = {}

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {EVENTBRITE_TOKEN}":
            return _refusal(401, "INVALID_AUTH")
        names = asked.path.strip("/").split("/")
        match names:
            case ["v3", "organizations", self.organisation, "orders"]:
                return self._list(asked)
            case ["v3", "orders", number] if number in self.orders:
                return Answer(self.orders[number])
            case ["v3", "events", _, "attendees", number] if number in self.attendees:
                return Answer({"id": number, "order_id": self.attendees[number]})
        return _refusal(404, "NOT_FOUND")

    def _list(self, asked: Asked) -> Answer:
        since = _moment(asked.query.get("changed_since"))
        orders = [
            order
            for order in self.orders.values()
            if since is None or (_moment(order["changed"]) or since) >= since
        ]
        token = asked.query.get("continuation", "c0")
        if not token.startswith("c"):
            return _refusal(400, "BAD_CONTINUATION_TOKEN")
        page, size = int(token[1:]), self.page_size
        has_more = (page + 1) * size < len(orders)
        paging = {"object_count": len(orders), "page_number": page + 1, "has_more_items": has_more}
        if has_more:
            paging["continuation"] = f"c{page + 1}"
        return Answer({"pagination": paging, "orders": orders[page * size : (page + 1) * size]})


def _moment(text: Any) -> Any:
    return read_moment(text, zone=UTC_ZONE, order=None)


def _error(status: int, error: str, message: str) -> Answer:
    return Answer({"statusCode": status, "error": error, "message": message}, status=status)


def _refusal(status: int, error: str) -> Answer:
    return Answer(
        {"status_code": status, "error": error, "error_description": "No."}, status=status
    )
