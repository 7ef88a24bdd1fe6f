"""Codes by webhook: signed, to public addresses only."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from crm import outbox
from crm.errors import InvalidInput
from crm.roles import Role
from customers.profile_links.channels import ChannelSettings, CodeMessage, SendingFailed
from customers.profile_links.webhook_channel import WebhookChannel
from customers.services.code_channels import set_code_channel
from customers.services.link_codes import ask_for_code, link_by_code
from tests.factories.customers import make_customer
from tests.worlds import World

PHONE = "+61412345678"


class Receiver(HTTPServer):
    """The company's own server; `status` is what it answers."""

    def __init__(self) -> None:
        self.status = 204
        self.received: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append((headers, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing on the console."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    with Receiver() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def message() -> CodeMessage:
    return CodeMessage(
        id=uuid4(), phone=PHONE, code="123456", expires_at=timezone.now(), company_name="Acme"
    )


def test_a_code_by_webhook(acme: World, receiver: Receiver) -> None:
    make_customer(acme.system(), phone=PHONE)
    url = f"http://127.0.0.1:{receiver.server_port}/codes"
    _, secret = set_code_channel(actor=acme.actor(Role.ADMIN), kind="webhook", url=url)
    profile = {"provider": "line", "profile_id": "U1"}
    ask_for_code(actor=acme.system(), phone_text=PHONE, **profile)
    outbox.drain(acme.company.pk)
    ((headers, body),) = receiver.received
    told = json.loads(body)
    assert (told["type"], told["data"]["phone"]) == ("link.code", PHONE)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert link_by_code(actor=acme.system(), code_text=told["data"]["code"], **profile)


def test_the_secret_is_shown_once_and_renewed_on_demand(acme: World, receiver: Receiver) -> None:
    admin, url = acme.actor(Role.ADMIN), f"http://127.0.0.1:{receiver.server_port}/"
    _, first = set_code_channel(actor=admin, kind="webhook", url=url)
    _, again = set_code_channel(actor=admin, kind="webhook", url=url)
    _, renewed = set_code_channel(actor=admin, kind="webhook", url=url, renew_secret=True)
    assert again == ""
    assert len({first, renewed}) == 2


def test_another_answer_than_2xx_is_a_failure_that_tells_nothing(receiver: Receiver) -> None:
    receiver.status = 500
    settings = ChannelSettings(
        url=f"http://127.0.0.1:{receiver.server_port}/", signing_secret="whsec_c2VjcmV0"
    )
    with pytest.raises(SendingFailed) as failed:
        WebhookChannel().send(message(), settings)
    assert "500" in str(failed.value)
    assert "123456" not in str(failed.value)


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://[::1]/", "http://example.com/"])
def test_it_never_goes_into_our_own_network(acme: World, url: str) -> None:
    with pytest.raises(SendingFailed):
        WebhookChannel().send(message(), ChannelSettings(url=url, signing_secret="whsec_c2VjcmV0"))
    with pytest.raises(InvalidInput) as refused:
        set_code_channel(actor=acme.actor(Role.ADMIN), kind="webhook", url=url)
    assert set(refused.value.fields) == {"url"}
