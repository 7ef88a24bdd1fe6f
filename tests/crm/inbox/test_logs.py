"""Secrets in the paths of hooks reach no log, whatever goes wrong."""

import logging
from collections.abc import Iterator
from io import StringIO
from logging.config import dictConfig
from urllib.parse import unquote

import pytest
import uvicorn
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, override_settings

from crm.asgi import application
from crm.logs import without_hook_path
from crm.web import hooks
from tests.factories.inbox import Sender

WHO = "Ana%20de%20Souza"


@pytest.fixture
def stream() -> Iterator[StringIO]:
    """What the handlers of the settings write, at the most talkative level."""
    config = settings.LOGGING
    text = StringIO()
    handlers = {"console": {**config["handlers"]["console"], "stream": text}}
    root = {"handlers": ["console"], "level": "DEBUG"}
    dictConfig({**config, "handlers": handlers, "root": root})
    yield text
    dictConfig(config)


def hold_nothing(stream: StringIO, sender: Sender) -> None:
    text = stream.getvalue()
    assert "/hooks/" in text, "nothing was logged: this test proves nothing"
    assert sender.secret not in text
    assert unquote(WHO) not in text
    assert WHO not in text


def test_what_is_taken_and_what_is_refused(sender: Sender, stream: StringIO) -> None:
    assert sender.send({"id": 1}, rest=f"{WHO}?who={WHO}").status_code == 200
    sender.source.__class__.objects.update(is_active=False)
    assert sender.send({"id": 1}, rest=WHO).status_code == 404
    assert Client().delete(sender.path + WHO).status_code == 405
    hold_nothing(stream, sender)


def test_what_fails(sender: Sender, stream: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: object) -> None:
        raise ZeroDivisionError(WHO)

    monkeypatch.setattr(hooks, "count_request", fail)
    with override_settings(ADMINS=[("Admin", "admin@acme.example")]):
        answer = Client(raise_request_exception=False).post(sender.path + WHO)
    assert answer.status_code == 500
    hold_nothing(stream, sender)


def test_no_error_report_is_mailed(
    sender: Sender, mailoutbox: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WSGIRequest, "read", lambda *_: 1 / 0)
    with override_settings(ADMINS=[("Admin", "admin@acme.example")], DEBUG=False):
        answer = Client(raise_request_exception=False).post(sender.path, b"x", "text/plain")
    assert answer.status_code == 500
    assert mailoutbox == []


def test_djangos_development_server(sender: Sender, stream: StringIO) -> None:
    logging.getLogger("django.server").info('"%s" %s', f"POST {sender.path}{WHO} HTTP/1.1", 200)
    hold_nothing(stream, sender)


def test_uvicorn_writes_no_request_lines_of_its_own() -> None:
    assert application is not None
    config = uvicorn.Config("crm.asgi:application", access_log=True)
    assert logging.getLogger("uvicorn.access").hasHandlers()
    dictConfig(settings.LOGGING)  # as loading the application does, after uvicorn's own set-up
    assert config.access_log
    assert not logging.getLogger("uvicorn.access").hasHandlers()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("POST /hooks/abc/secret/x?y=1", "POST /hooks/…"),
        ("https://crm.example/hooks/abc/secret\n more", "https://crm.example/hooks/…"),
        ("GET /customers/", "GET /customers/"),
    ],
)
def test_what_is_left_of_a_path(text: str, left: str) -> None:
    assert without_hook_path(text) == left
