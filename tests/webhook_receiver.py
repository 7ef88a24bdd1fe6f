"""A receiver of webhooks at home: a real HTTP server that checks signatures and drops repeats."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    id: str
    timestamp: int
    signature: str
    body: bytes
    path: str
    host: str

    @property
    def told(self) -> dict[str, Any]:
        """What the body says."""
        told: dict[str, Any] = json.loads(self.body)
        return told

    def is_signed_with(self, secret: str) -> bool:
        """As docs/webhooks.md tells receivers to check it."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.timestamp}.".encode() + self.body
        mac = hmac.new(key, signed, hashlib.sha256).digest()
        expected = "v1," + base64.b64encode(mac).decode()
        return any(hmac.compare_digest(expected, one) for one in self.signature.split(" "))


@dataclass
class Reply:
    """What is answered."""

    status: int = 204
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Receiver:
    """`requests` are all that came, `kept` the first of each id that was answered with 2xx.

    `reply` is asked for each request; with `kept` it judges in the order of answers.
    """

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.kept: list[Received] = []
        self.reply: Callable[[Received], Reply] = lambda received: Reply()
        self._one_at_a_time = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._serve(self)

            def log_message(self, *args: Any) -> None:
                """Nothing: pytest shows what a test asserts."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: Any) -> None:
                """A sender that gives up is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        headers = handler.headers
        received = Received(
            id=headers["webhook-id"],
            timestamp=int(headers["webhook-timestamp"]),
            signature=headers["webhook-signature"],
            body=handler.rfile.read(int(headers["Content-Length"])),
            path=handler.path,
            host=headers["Host"],
        )
        with self._one_at_a_time:
            self.requests.append(received)
        reply = self.reply(received)
        with self._one_at_a_time:
            is_new = received.id not in {one.id for one in self.kept}
            if 200 <= reply.status < 300 and is_new:
                self.kept.append(received)
        handler.send_response(reply.status)
        for name, value in (("Content-Length", str(len(reply.body))), *reply.headers):
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(reply.body)
