"""The ASGI entry point serves what the test client's WSGI serves."""

import asyncio

from asgiref.testing import ApplicationCommunicator

from crm.asgi import application


def get(path: str) -> tuple[int, bytes]:
    """Ask the application as an ASGI server would."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
    }

    async def ask() -> tuple[int, bytes]:
        server = ApplicationCommunicator(application, scope)
        await server.send_input({"type": "http.request", "body": b""})
        start = await server.receive_output(timeout=20)
        body = await server.receive_output(timeout=20)
        await server.wait(timeout=20)
        return start["status"], body.get("body", b"")

    return asyncio.run(ask())


def test_health_and_a_page(committed: None) -> None:
    assert get("/healthz") == (200, b'{"status": "live"}')
    status, body = get("/accounts/login/")
    assert status == 200
    assert b"<form" in body


def test_a_visitor_is_sent_to_sign_in(committed: None) -> None:
    assert get("/customers/")[0] == 302


def test_an_unknown_page(committed: None) -> None:
    assert get("/nowhere/")[0] == 404
