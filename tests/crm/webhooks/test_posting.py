"""Posting to a server that may do anything."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from crm.webhooks.posting import MOST_SHOWN, post
from tests.webhook_receiver import Receiver, Reply

HEADERS = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}


def send(url: str) -> Any:
    return post(url, body=b"{}", headers=HEADERS)


def test_what_is_sent(receiver: Receiver) -> None:
    answer = send(receiver.url + "?shop=1")
    assert (answer.status, answer.error, answer.is_success) == (204, "", True)
    (received,) = receiver.requests
    assert (received.path, received.body, received.id) == ("/hook?shop=1", b"{}", "msg_1")
    assert received.host == receiver.url.split("/")[2]


@pytest.mark.parametrize("status", [200, 201, 299])
def test_every_2xx_is_a_success(receiver: Receiver, status: int) -> None:
    receiver.reply = lambda _: Reply(status=status)
    assert send(receiver.url).is_success


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_nothing_else_is_and_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.reply = lambda _: Reply(status=status, headers=(("Location", receiver.url),))
    answer = send(receiver.url)
    assert (answer.is_success, answer.status) == (False, status)
    assert answer.error
    assert len(receiver.requests) == 1


def test_the_answer_is_bounded_and_made_harmless(receiver: Receiver) -> None:
    receiver.reply = lambda _: Reply(status=500, body=b"\x00<b>\xff\n" + b"x" * 5_000_000)
    answer = send(receiver.url)
    assert answer.excerpt.startswith("<b>\ufffd x")
    assert len(answer.excerpt) <= MOST_SHOWN


def test_a_pause_that_is_asked_for(receiver: Receiver) -> None:
    receiver.reply = lambda _: Reply(status=429, headers=(("Retry-After", "77"),))
    pause = send(receiver.url).retry_after
    assert pause is not None
    assert pause.total_seconds() == 77


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that talks as the test wants, to one connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                talk(connection)
            except OSError:
                return  # the sender gave up, as it should

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join(10)
        assert not thread.is_alive(), "the sender has not let go"
    finally:
        listener.close()


def drips(start: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            threading.Event().wait(0.02)

    return talk


def is_silent(connection: socket.socket) -> None:
    while connection.recv(1000):
        pass


@pytest.mark.parametrize(
    "talk",
    [is_silent, drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\nX"), drips(b"", b"HTTP/1.1 100 C\r\n\r\n")],
    ids=["silence", "endless headers", "endless 100s"],
)
def test_the_deadline_holds_whatever_is_dripped(
    settings: Settings, talk: Callable[[socket.socket], None]
) -> None:
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
    with raw_server(talk) as place:
        answer = send(f"http://{place}/")
    assert answer.status is None
    assert not answer.is_success
    assert answer.error


def test_a_handshake_that_never_ends(settings: Settings) -> None:
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
    with raw_server(is_silent) as place:
        answer = send(f"https://{place}/")
    assert answer.error == "It did not answer within 0.3 seconds."


def test_an_endless_body_after_a_success(settings: Settings) -> None:
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
    with raw_server(drips(b"HTTP/1.1 200 OK\r\n\r\n", b"z")) as place:
        answer = send(f"http://{place}/")
    assert answer.is_success


def test_nobody_is_there(settings: Settings) -> None:
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    assert send(f"http://127.0.0.1:{port}/").error == "It takes no connections."


def test_it_is_not_http(settings: Settings) -> None:
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True

    def talk(connection: socket.socket) -> None:
        connection.recv(4000)
        connection.sendall(b"SSH-2.0\r\n\r\n")

    with raw_server(talk) as place:
        assert "not HTTP" in send(f"http://{place}/").error


def test_a_private_address_is_never_connected_to() -> None:
    """The name leads there only now: what was checked when it was saved does not count."""
    connected = threading.Event()

    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    answer = send(f"https://localhost:{listener.getsockname()[1]}/")
    try:
        listener.accept()
        connected.set()
    except TimeoutError:
        pass
    finally:
        listener.close()
    assert not connected.is_set()
    assert answer.error == "The address leads into a private network."


def certificate(name: str, directory: Path) -> Path:
    """A certificate for a name that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = directory / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    ("host", "error"), [("shop.example", ""), ("other.example", "certificate")]
)
def test_the_certificate_is_for_the_name_and_the_connection_to_the_checked_address(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    host: str,
    error: str,
) -> None:
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    pem = certificate("shop.example", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    asked: list[str | None] = []
    context.sni_callback = lambda _, name, __: asked.append(name)
    said: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            said.append(b"")
            while not said[-1].endswith(b"{}"):  # the whole request: headers and body
                said[-1] += secure.recv(4000)
            secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with raw_server(talk) as place:
        port = int(place.split(":")[1])
        resolved = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: resolved)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        answer = send(f"https://{host}:{port}/hook")
    assert asked == [host]
    if error:
        assert error in answer.error
        assert said == []
    else:
        assert answer.status == 204
        assert f"Host: {host}:{port}".encode() in said[0]
