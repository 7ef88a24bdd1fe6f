"""One POST to a server that may do anything: to the address that was checked, once, briefly.

No redirect is followed, no proxy asked, no more than the beginning of the answer read, and after
the deadline the connection is cut, whatever the other side still drips.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Timer

from django.conf import settings

from crm.retry_after import read_retry_after
from crm.webhooks.addresses import AddressRefused, Target, read_url, resolve

CONNECT_SECONDS = 5.0
MOST_READ = 2048
MOST_SHOWN = 500
USER_AGENT = "Switchboard"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back. `status` is None where nothing did; `error` says why it is no success."""

    status: int | None
    error: str
    excerpt: str = ""
    retry_after: timedelta | None = None
    duration_ms: int = 0

    @property
    def is_success(self) -> bool:
        """Only 2xx is."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send and wait for the answer, at most WEBHOOK_TIMEOUT_SECONDS. Raises nothing."""
    started = time.monotonic()
    ends_at = started + float(settings.WEBHOOK_TIMEOUT_SECONDS)
    status, error, excerpt, retry_after = None, "", "", None
    try:
        target = read_url(url)
        with _connected(target, ends_at) as connection:
            connection.request("POST", target.path, body=body, headers=_all(headers, target))
            response = connection.getresponse()
            if time.monotonic() >= ends_at:
                raise TimeoutError  # to http.client, a connection that is cut ends the headers
            status = response.status
            retry_after = read_retry_after(response.headers.get("Retry-After", ""))
            excerpt = _excerpt(response)
        error = _what_is_wrong(status)
    except AddressRefused as refused:
        error = refused.reason
    except (OSError, http.client.HTTPException, ValueError) as failure:
        # A status counts, however the rest broke off.
        error = _why(failure) if status is None else _what_is_wrong(status)
    return Answer(
        status=status,
        error=error,
        excerpt=excerpt,
        retry_after=retry_after,
        duration_ms=round((time.monotonic() - started) * 1000),
    )


@contextmanager
def _connected(target: Target, ends_at: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to the checked address, which is cut at the deadline."""
    address = resolve(target)
    left = max(ends_at - time.monotonic(), 0.01)
    raw = socket.create_connection((address, target.port), timeout=min(CONNECT_SECONDS, left))
    with raw if not target.is_https else _tls(raw, target.host) as stream:
        stream.settimeout(left)
        cut = Timer(left, _cut, [stream])
        cut.daemon = True
        cut.start()
        try:
            if isinstance(stream, ssl.SSLSocket):
                stream.do_handshake()
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = stream
            yield connection
        except Exception:
            if time.monotonic() >= ends_at:
                raise TimeoutError from None
            raise
        finally:
            cut.cancel()


def _tls(raw: socket.socket, host: str) -> ssl.SSLSocket:
    # For the name, not the address: that is whom the certificate must be for.
    context = ssl.create_default_context()
    return context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)


def _cut(stream: socket.socket) -> None:
    try:
        # Of the plain socket: TLS's own would change what the other thread is reading with.
        socket.socket.shutdown(stream, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def _all(headers: Mapping[str, str], target: Target) -> dict[str, str]:
    return {
        "Host": target.host_header,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Connection": "close",
        **headers,
    }


def _excerpt(response: http.client.HTTPResponse) -> str:
    read = bytearray()
    while len(read) < MOST_READ and (piece := response.read1(MOST_READ - len(read))):
        read += piece
    text = read.decode("utf-8", errors="replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)[:MOST_SHOWN].strip()


def _what_is_wrong(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"It sent us to another address ({status}); we do not follow."
    return f"It answered {status}."


def _why(failure: Exception) -> str:
    """In words; never the failure's own, which can quote addresses."""
    if isinstance(failure, TimeoutError):
        return f"It did not answer within {settings.WEBHOOK_TIMEOUT_SECONDS} seconds."
    if isinstance(failure, ssl.SSLCertVerificationError):
        return "Its certificate is not valid for this address."
    if isinstance(failure, ssl.SSLError):
        return "It does not speak TLS as we do."
    if isinstance(failure, ConnectionRefusedError):
        return "It takes no connections."
    if isinstance(failure, http.client.HTTPException):
        return "It closed the connection, or its answer is not HTTP."
    return f"The connection failed ({type(failure).__name__})."
