"""Messages on their way: order, retries, endpoints that ask to be left alone."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from crm import outbox
from crm.models import AuditEvent, ChangeEvent, MessageState, WebhookMessage, WebhookTurn
from crm.models import EndpointState as State
from crm.roles import Role
from crm.selectors.webhooks import endpoints_to_fan_out, endpoints_to_send_to
from crm.services import webhook_fan_out, webhook_sending
from crm.services.webhook_endpoints import pause_endpoint, resume_endpoint, rotate_secret
from crm.services.webhook_fan_out import fan_out
from crm.services.webhook_sending import send_next
from crm.tenancy import companies_by
from crm.webhooks.schedule import MOST_ATTEMPTS
from customers.models import Customer
from customers.services.merge import merge_customers
from customers.services.tags import set_tags
from tests.crm.webhooks.conftest import deliver, make_endpoint, reload, wait_for_retries
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.webhook_receiver import Received, Receiver, Reply
from tests.worlds import World


def tag(world: World, customer: Customer, *words: str) -> None:
    """One event for each word."""
    for word in words:
        set_tags(actor=world.system(), customer_id=customer.pk, names=[word])


def customer_of(received: Received) -> str:
    return str(received.told["data"]["customer_id"])


def test_what_a_receiver_gets(acme: World, receiver: Receiver) -> None:
    endpoint, secret = make_endpoint(acme, receiver.url, "customer.created")
    ana = make_customer(acme.system())
    make_lead(acme.system(), branch=acme.north, customer=ana)
    assert deliver(endpoint) == 1
    (received,) = receiver.requests
    assert received.is_signed_with(secret)
    event = ChangeEvent.objects.get(type="customer.created")
    assert received.told == {
        "type": "customer.created",
        "timestamp": event.occurred_at.isoformat(),
        "data": {"customer_id": str(ana.pk), "code": ana.code},
    }
    message = WebhookMessage.objects.get()
    assert received.id == message.webhook_id
    assert (message.state, message.last_status, message.attempts) == ("delivered", 204, 1)
    assert not WebhookTurn.objects.exists()
    assert abs(received.timestamp - timezone.now().timestamp()) < 60


def test_nothing_that_was_before_the_endpoint(acme: World, receiver: Receiver) -> None:
    make_customer(acme.system())
    endpoint, _ = make_endpoint(acme, receiver.url)
    ben = make_customer(acme.system())
    deliver(endpoint)
    assert [customer_of(one) for one in receiver.kept] == [str(ben.pk)]


def test_a_retry_has_the_same_id_and_body_and_a_new_time(
    acme: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, secret = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    receiver.reply = lambda _: Reply(status=500)
    assert deliver(endpoint) == 1
    assert deliver(endpoint) == 0
    message = WebhookMessage.objects.get()
    assert (message.state, message.last_error) == ("waiting", "It answered 500.")
    assert timedelta(0) < message.next_at - timezone.now() < timedelta(seconds=6)

    now = webhook_sending.time.time()
    monkeypatch.setattr(webhook_sending.time, "time", lambda: now + 60)
    receiver.reply = lambda _: Reply()
    wait_for_retries(endpoint)
    assert deliver(endpoint) == 1
    first, second = receiver.requests
    assert (first.id, first.body) == (second.id, second.body)
    assert second.timestamp > first.timestamp
    assert second.is_signed_with(secret)
    assert [line["status"] for line in reload(message).attempt_log] == [500, 204]


def test_after_the_last_attempt_a_message_is_dead_and_others_follow(
    acme: World, receiver: Receiver
) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    ana = make_customer(acme.system())
    tag(acme, ana, "vip")
    receiver.reply = lambda got: Reply(status=500 if got.told["type"].endswith("created") else 200)
    for _ in range(MOST_ATTEMPTS):
        wait_for_retries(endpoint)
        assert deliver(endpoint, most=1) == 1
    created, updated = WebhookMessage.objects.order_by("position")
    assert (created.state, created.attempts) == ("failed", MOST_ATTEMPTS)
    assert updated.state == "waiting"
    deliver(endpoint)
    assert [one.told["type"] for one in receiver.kept] == ["customer.updated"]


def test_a_customer_waits_for_their_earlier_message_and_others_do_not(
    acme: World, receiver: Receiver
) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    ana, ben = make_customer(acme.system()), make_customer(acme.system())
    tag(acme, ana, "one", "two")
    tag(acme, ben, "one")
    is_ana = str(ana.pk)
    receiver.reply = lambda got: Reply(status=500 if customer_of(got) == is_ana else 204)
    deliver(endpoint)
    assert [customer_of(one) for one in receiver.requests] == [is_ana, str(ben.pk), str(ben.pk)]
    states = WebhookMessage.objects.filter(customer_id=ana.pk).order_by("position")
    assert [one.state for one in states] == ["waiting", "behind", "behind"]

    receiver.reply = lambda _: Reply()
    wait_for_retries(endpoint)
    deliver(endpoint)
    positions = [WebhookMessage.objects.get(pk=one.id[4:]).position for one in receiver.kept]
    assert positions[2:] == sorted(positions[2:], key=lambda position: position or 0)
    assert len(positions) == 5


def test_a_merge_waits_for_all_whom_it_concerns(acme: World, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url, "customer.*")
    ana, ben = make_customer(acme.system()), make_customer(acme.system())
    merge_customers(actor=acme.system(), survivor_id=ana.pk, others=[ben.pk])
    receiver.reply = lambda got: Reply(status=500 if customer_of(got) == str(ben.pk) else 204)
    deliver(endpoint)
    assert [one.told["type"] for one in receiver.kept] == ["customer.created"]
    receiver.reply = lambda _: Reply()
    wait_for_retries(endpoint)
    deliver(endpoint)
    kept = [(one.told["type"], customer_of(one)) for one in receiver.kept]
    assert kept == [
        ("customer.created", str(ana.pk)),
        ("customer.created", str(ben.pk)),
        ("customer.merged", str(ana.pk)),
    ]


@pytest.mark.parametrize("status", [429, 502, 504])
def test_an_endpoint_that_asks_for_it_is_held_back(
    acme: World, receiver: Receiver, status: int
) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    make_customer(acme.system())
    receiver.reply = lambda _: Reply(status=status, headers=(("Retry-After", "3600"),))
    assert deliver(endpoint) == 1, "the second waits too"
    endpoint = reload(endpoint)
    assert endpoint.slow_until - timezone.now() > timedelta(minutes=59)
    assert endpoints_to_send_to() == []
    message = WebhookMessage.objects.get(attempts=1)
    assert message.next_at - timezone.now() > timedelta(minutes=59)
    receiver.reply = lambda _: Reply()
    wait_for_retries(endpoint)
    assert deliver(endpoint) == 2
    endpoint = reload(endpoint)
    assert (endpoint.slowdowns, endpoint.slow_until, endpoint.failing_since) == (0, None, None)


def test_nobody_there_holds_it_back_too(acme: World, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    receiver.stop()
    make_customer(acme.system())
    assert deliver(endpoint) == 1
    assert WebhookMessage.objects.get().last_error == "It takes no connections."
    assert reload(endpoint).slow_until > timezone.now()


def test_gone_disables_it_and_admins_are_told(acme: World, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    make_customer(acme.system())
    receiver.reply = lambda _: Reply(status=410)
    assert deliver(endpoint) == 1
    endpoint = reload(endpoint)
    assert (endpoint.state, endpoint.state_reason) == (
        State.DISABLED,
        "It answered 410: it is gone for good.",
    )
    outbox.drain(acme.company.pk)
    assert [one.bcc for one in mail.outbox] == [["admin@acme.example"]]
    assert endpoint.name in mail.outbox[0].subject
    assert AuditEvent.objects.filter(action="webhookendpoint.disabled").count() == 1
    # Whoever resumes it loses nothing.
    receiver.reply = lambda _: Reply()
    resume_endpoint(actor=acme.actor(Role.ADMIN), endpoint_id=endpoint.pk)
    wait_for_retries(endpoint)
    assert deliver(endpoint) == 2


def test_days_of_failure_pause_it_and_it_goes_on_where_it_stood(
    acme: World, receiver: Receiver
) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    ana = make_customer(acme.system())
    receiver.reply = lambda _: Reply(status=500)
    deliver(endpoint)
    assert reload(endpoint).state == State.ACTIVE
    long_ago = timezone.now() - webhook_sending.PAUSED_AFTER
    type(endpoint).objects.update(failing_since=long_ago)
    wait_for_retries(endpoint)
    deliver(endpoint)
    endpoint = reload(endpoint)
    assert (endpoint.state, "since" in endpoint.state_reason) == (State.PAUSED, True)
    outbox.drain(acme.company.pk)
    assert len(mail.outbox) == 1

    tag(acme, ana, "vip")
    wait_for_retries(endpoint)
    assert (deliver(endpoint), endpoints_to_fan_out(), endpoints_to_send_to()) == (0, [], [])
    receiver.reply = lambda _: Reply()
    resume_endpoint(actor=acme.actor(Role.ADMIN), endpoint_id=endpoint.pk)
    assert deliver(endpoint) == 2
    assert [one.told["type"] for one in receiver.kept] == ["customer.created", "customer.updated"]


def test_resumed_without_what_was_missed(acme: World, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    ana = make_customer(acme.system())
    fan_out(endpoint.pk)
    pause_endpoint(actor=acme.actor(Role.ADMIN), endpoint_id=endpoint.pk)
    tag(acme, ana, "vip")
    resume_endpoint(actor=acme.actor(Role.ADMIN), endpoint_id=endpoint.pk, skip_missed=True)
    assert deliver(endpoint) == 0
    tag(acme, ana, "golf")
    assert deliver(endpoint) == 1
    assert WebhookMessage.objects.filter(state=MessageState.FAILED).count() == 1


def test_both_secrets_sign_while_one_is_rotated(acme: World, receiver: Receiver) -> None:
    endpoint, old = make_endpoint(acme, receiver.url)
    ana = make_customer(acme.system())
    admin = acme.actor(Role.ADMIN)
    endpoint, new = rotate_secret(actor=admin, endpoint_id=endpoint.pk)
    deliver(endpoint)
    both = receiver.requests[-1]
    assert both.is_signed_with(old)
    assert both.is_signed_with(new)

    type(endpoint).objects.update(previous_secret_until=timezone.now())
    tag(acme, ana, "vip")
    deliver(endpoint)
    assert not receiver.requests[-1].is_signed_with(old)
    assert receiver.requests[-1].is_signed_with(new)

    _, newest = rotate_secret(actor=admin, endpoint_id=endpoint.pk, overlap=timedelta(0))
    tag(acme, ana, "golf")
    deliver(endpoint)
    assert not receiver.requests[-1].is_signed_with(new)
    assert receiver.requests[-1].is_signed_with(newest)


def test_a_worker_that_died_leaves_a_message_that_falls_due_again(
    acme: World, receiver: Receiver
) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    fan_out(endpoint.pk)
    claimed = webhook_sending._claim(acme.company.pk, endpoint.pk)
    assert claimed is not None
    assert not send_next(acme.company.pk, endpoint.pk), "somebody is at it"
    WebhookMessage.objects.update(next_at=timezone.now())
    assert send_next(acme.company.pk, endpoint.pk)
    # The first one was only slow: what it found out is not written over the second one's.
    webhook_sending._settle(claimed, webhook_sending.Answer(status=500, error="late"))
    message = WebhookMessage.objects.get()
    assert (message.state, message.attempts) == ("delivered", 2)


def test_a_message_that_kills_its_workers_dies(acme: World, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    fan_out(endpoint.pk)
    for _ in range(MOST_ATTEMPTS):
        assert webhook_sending._claim(acme.company.pk, endpoint.pk)
        WebhookMessage.objects.update(next_at=timezone.now())
    assert send_next(acme.company.pk, endpoint.pk)
    assert (receiver.requests, WebhookMessage.objects.get().state) == ([], "failed")


def test_what_is_too_large_is_not_sent(acme: World, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    fan_out(endpoint.pk)
    WebhookMessage.objects.update(data={"changed": ["x" * webhook_sending.MOST_BYTES]})
    deliver(endpoint)
    assert receiver.requests == []
    assert "too large" in WebhookMessage.objects.get().last_error


def test_only_so_many_messages_are_open(
    acme: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_fan_out, "MOST_OPEN", 3)
    monkeypatch.setattr(webhook_fan_out, "BATCH", 2)
    endpoint, _ = make_endpoint(acme, receiver.url, "customer.updated")
    ana = make_customer(acme.system())
    tag(acme, ana, *"abcde")
    while fan_out(endpoint.pk):
        pass
    assert WebhookMessage.objects.count() == 3
    while deliver(endpoint):
        pass
    assert len(receiver.kept) == 5


def test_the_sweep_knows_where_something_is_due(acme: World, receiver: Receiver) -> None:
    def due() -> bool:
        return acme.company.pk in companies_by("companies_with_due_webhooks")

    endpoint, _ = make_endpoint(acme, receiver.url)
    assert not due()
    make_customer(acme.system())
    assert due(), "an event before it"
    fan_out(endpoint.pk)
    assert due(), "a message"
    receiver.reply = lambda _: Reply(status=503)
    deliver(endpoint)
    assert not due(), "it is held back"
    receiver.reply = lambda _: Reply()
    wait_for_retries(endpoint)
    assert due()
    deliver(endpoint)
    assert not due()
