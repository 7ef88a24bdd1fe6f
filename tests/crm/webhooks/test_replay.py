"""Sending again: one message, the events of a time, a test."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.models import WebhookEndpoint, WebhookMessage
from crm.roles import Role
from crm.services import webhook_replay
from crm.services.webhook_endpoints import edit_endpoint, pause_endpoint
from crm.services.webhook_fan_out import fan_out
from crm.services.webhook_replay import replay_events, replay_message, send_test
from crm.webhook_tasks import KEPT, purge_webhooks
from tests.crm.webhooks.conftest import deliver, make_endpoint, wait_for_retries
from tests.crm.webhooks.test_sending import customer_of, tag
from tests.factories.customers import make_customer
from tests.webhook_receiver import Receiver, Reply
from tests.worlds import World

HOUR = timedelta(hours=1)


@pytest.fixture
def endpoint(acme: World, receiver: Receiver) -> WebhookEndpoint:
    """It was told of two customers."""
    endpoint, _ = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    make_customer(acme.system())
    assert deliver(endpoint) == 2
    return endpoint


@pytest.fixture
def admin(acme: World) -> Actor:
    """Who may."""
    return acme.actor(Role.ADMIN)


def test_one_message_again(admin: Actor, endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    message = WebhookMessage.objects.order_by("position").first()
    assert message is not None
    replay_message(actor=admin, message_id=message.pk)
    assert deliver(endpoint) == 1
    assert receiver.requests[2].id == receiver.requests[0].id
    assert receiver.requests[2].body == receiver.requests[0].body
    assert WebhookMessage.objects.get(pk=message.pk).state == "delivered"


def test_a_waiting_message_is_tried_now(
    acme: World, admin: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.reply = lambda _: Reply(status=500)
    make_customer(acme.system())
    deliver(endpoint)
    message = WebhookMessage.objects.get(state="waiting")
    receiver.reply = lambda _: Reply()
    assert deliver(endpoint) == 0
    replay_message(actor=admin, message_id=message.pk)
    assert deliver(endpoint) == 1


def test_the_events_of_a_time(
    acme: World, admin: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    now = timezone.now()
    assert replay_events(actor=admin, endpoint_id=endpoint.pk, since=now - HOUR) == 2
    assert deliver(endpoint) == 2
    assert [one.id for one in receiver.requests[:2]] == [one.id for one in receiver.requests[2:]]
    until = now - HOUR
    assert replay_events(actor=admin, endpoint_id=endpoint.pk, since=until - HOUR, until=until) == 0


def test_also_what_it_was_never_told(
    acme: World, admin: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    new, _ = make_endpoint(acme, receiver.url, "customer.*", name="New")
    fan_out(new.pk)
    assert deliver(new) == 0
    assert replay_events(actor=admin, endpoint_id=new.pk, since=timezone.now() - HOUR) == 2
    assert deliver(new) == 2
    edit_endpoint(actor=admin, endpoint_id=new.pk, event_types=["lead.*"])
    assert replay_events(actor=admin, endpoint_id=new.pk, since=timezone.now() - HOUR) == 0


def test_the_id_stays_when_the_log_has_forgotten(
    acme: World, admin: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    WebhookMessage.objects.update(created_at=timezone.now() - KEPT - HOUR)
    assert purge_webhooks() == 2
    replay_events(actor=admin, endpoint_id=endpoint.pk, since=timezone.now() - HOUR)
    assert deliver(endpoint) == 2
    assert len(receiver.requests) == 4
    assert len(receiver.kept) == 2


def test_what_is_replayed_goes_before_what_waits(
    acme: World, admin: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    ana = make_customer(acme.system())
    deliver(endpoint)
    tag(acme, ana, "vip")
    fan_out(endpoint.pk)
    created = WebhookMessage.objects.get(customer_id=ana.pk, type="customer.created")
    replay_message(actor=admin, message_id=created.pk)
    receiver.reply = lambda got: Reply(status=500 if got.told["type"].endswith("ted") else 204)
    receiver.requests.clear()
    deliver(endpoint)
    assert [one.told["type"] for one in receiver.requests] == ["customer.created"]
    receiver.reply = lambda _: Reply()
    wait_for_retries(endpoint)
    deliver(endpoint)
    told = [one.told["type"] for one in receiver.requests if customer_of(one) == str(ana.pk)]
    assert told[1:] == ["customer.created", "customer.updated"]


def test_times_that_are_no_span(admin: Actor, endpoint: WebhookEndpoint) -> None:
    now = timezone.now()
    spans: list[tuple[datetime, datetime | None]] = [
        (datetime(2026, 1, 1), None),  # noqa: DTZ001 - that is the mistake
        (now + HOUR, None),
        (now, now - HOUR),
    ]
    for since, until in spans:
        with pytest.raises(InvalidInput):
            replay_events(actor=admin, endpoint_id=endpoint.pk, since=since, until=until)


def test_too_many_at_once(
    admin: Actor, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_replay, "MOST_REPLAYED", 1)
    with pytest.raises(InvalidInput):
        replay_events(actor=admin, endpoint_id=endpoint.pk, since=timezone.now() - HOUR)


def test_a_test_is_sent_once_also_while_paused(
    admin: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    pause_endpoint(actor=admin, endpoint_id=endpoint.pk)
    message = send_test(actor=admin, endpoint_id=endpoint.pk)
    receiver.reply = lambda _: Reply(status=500, body=b"no such route")
    assert deliver(endpoint) == 1
    told = receiver.requests[-1].told
    assert (told["type"], told["data"]) == ("test.ping", {"endpoint_id": str(endpoint.pk)})
    message = WebhookMessage.objects.get(pk=message.pk)
    assert (message.state, message.response_excerpt) == ("failed", "no such route")
    assert WebhookEndpoint.objects.get(pk=endpoint.pk).failing_since is None
    replay_message(actor=admin, message_id=message.pk)
    assert deliver(endpoint) == 1
