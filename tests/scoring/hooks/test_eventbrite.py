"""Notices of Eventbrite: each leads to the order as it stands, asked with our own address."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from crm.errors import InvalidInput
from crm.models import InboundDelivery
from crm.services.inbound_processing import drain
from scoring.models import LinkMethod, Order, OrderStatus, TicketAccount
from tests.factories.inbox import Sender, make_sender
from tests.factories.ticket_accounts import connected, eventbrite_order
from tests.platforms_at_home import Answer, EventbriteAtHome
from tests.scoring.orders.recorded import payload
from tests.worlds import World

ORDER = "https://www.eventbriteapi.com/v3/orders/1234567891/"


def notice(action: str = "order.placed", api_url: Any = ORDER) -> dict[str, Any]:
    """As Eventbrite sends it."""
    return {
        "config": {
            "action": action,
            "user_id": "163",
            "endpoint_url": "https://crm.example/hooks/",
            "webhook_id": "1806556",
        },
        "api_url": api_url,
    }


@pytest.fixture(autouse=True)
def _forget_counts(broker: None) -> None:
    cache.clear()


@pytest.fixture
def eventbrite() -> Iterator[EventbriteAtHome]:
    platform = EventbriteAtHome()
    platform.orders["1234567891"] = payload("eventbrite/order_expanded.json")
    platform.attendees["66"] = "1234567891"
    yield platform
    platform.stop()


@pytest.fixture
def account(acme: World, eventbrite: EventbriteAtHome, settings: Settings) -> TicketAccount:
    return connected(acme, eventbrite, settings)


@pytest.fixture
def sender(acme: World, account: TicketAccount) -> Sender:
    return make_sender(acme, kind="eventbrite")


def only() -> InboundDelivery:
    return InboundDelivery.objects.get()


def handled(world: World, sender: Sender, *sent: Any) -> InboundDelivery:
    """Send each, let the worker do its work, and look at the one delivery."""
    for body in sent:
        assert sender.send(body).status_code == 200
    drain(world.company.pk)
    return only()


@pytest.mark.parametrize(
    ("action", "url"),
    [
        ("order.placed", ORDER),
        ("order.updated", ORDER),
        ("order.refunded", ORDER.rstrip("/")),
        ("attendee.updated", "https://www.eventbriteapi.com/v3/events/55/attendees/66/"),
    ],
)
def test_the_order_is_asked_for_and_stored(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome, action: str, url: str
) -> None:
    kept = handled(acme, sender, notice(action, url))
    order = Order.objects.get()
    assert (kept.state, kept.error) == ("processed", "")
    assert kept.result == {"order": str(order.pk), "outcome": "created"}
    assert (order.external_id, order.tickets, order.net) == ("1234567891", 2, 40)
    assert order.link_method == LinkMethod.CREATED
    assert eventbrite.asked[-1].path == "/v3/orders/1234567891/"
    assert eventbrite.asked[-1].query == {"expand": "attendees,event"}


def test_a_later_change_is_the_same_notice_and_is_looked_at_again(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome
) -> None:
    handled(acme, sender, notice("order.updated"))
    order = eventbrite.orders["1234567891"]
    order["changed"] = "2026-03-11T01:00:00Z"
    for attendee in order["attendees"]:
        attendee["refunded"] = True
    kept = handled(acme, sender, notice("order.updated"))
    assert (kept.repeats, kept.state, kept.result["outcome"]) == (1, "processed", "updated")
    assert Order.objects.get().status == OrderStatus.REFUNDED
    handled(acme, sender, notice("order.updated"))
    assert only().result["outcome"] == "unchanged"


def test_a_late_answer_does_not_undo_a_refund(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome
) -> None:
    paid = payload("eventbrite/order_expanded.json") | {"attendees": []}
    eventbrite.orders["1234567891"] |= {"status": "refunded", "changed": "2026-03-11T01:00:00Z"}
    handled(acme, sender, notice("order.refunded"))
    eventbrite.orders["1234567891"] = paid
    assert handled(acme, sender, notice("order.refunded")).result["outcome"] == "older"
    assert Order.objects.get().status == OrderStatus.REFUNDED


@pytest.mark.parametrize("action", ["test", "event.created", "attendee.checked_in", "made.up"])
def test_other_actions_are_ignored(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome, action: str
) -> None:
    kept = handled(acme, sender, notice(action, "https://www.eventbriteapi.com/v3/test/"))
    assert (kept.state, kept.error) == ("ignored", f"Nothing is kept of {action}.")
    assert eventbrite.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v3/orders/1234567891/",
        "https://www.eventbriteapi.com@evil.example/v3/orders/1/",
        "http://www.eventbriteapi.com/v3/orders/1/",
        "https://169.254.169.254/v3/orders/1/",
        "https://www.eventbriteapi.com/v3/orders/../users/me/",
        None,
        {"a": 1},
    ],
)
def test_no_other_address_is_asked(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome, url: Any
) -> None:
    kept = handled(acme, sender, notice(api_url=url))
    assert kept.state == "dead"
    assert "api_url" in kept.error
    assert eventbrite.asked == []


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b"7", b'{"config": 7}', b'{"config": {"action": "<b>"}}', b"\xff"],
)
def test_what_eventbrite_does_not_send(acme: World, sender: Sender, body: bytes) -> None:
    kept = handled(acme, sender, body)
    assert kept.state == "dead"
    assert bytes(kept.body) == body


@pytest.mark.parametrize("status", [500, 429, 401, 302])
def test_trouble_at_eventbrite_is_tried_again(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome, status: int
) -> None:
    eventbrite.next_answers = [Answer({}, status=status, headers={"Retry-After": "1800"})]
    kept = handled(acme, sender, notice())
    assert (kept.state, len(eventbrite.asked)) == ("failed", 1)
    if status in (500, 429):
        assert kept.due_at - timezone.now() > timedelta(minutes=29)
    InboundDelivery.objects.update(due_at=timezone.now())
    drain(acme.company.pk)
    assert only().state == "processed"


def test_an_order_that_is_not_there_is_dead_after_a_few_looks(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome
) -> None:
    eventbrite.orders.clear()
    states = []
    handled(acme, sender, notice())
    for _ in range(3):
        states.append(only().state)
        InboundDelivery.objects.update(due_at=timezone.now())
        drain(acme.company.pk)
    assert states == ["failed", "failed", "dead"]
    assert "404" in only().error


def test_another_orders_answer_is_not_taken(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome
) -> None:
    eventbrite.next_answers = [Answer(payload("eventbrite/order.json"))]
    assert handled(acme, sender, notice()).state == "failed"
    assert not Order.objects.exists()


def test_an_order_that_cannot_be_read_is_dead_with_its_reason(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome
) -> None:
    eventbrite.orders["1234567891"] |= {"costs": {}}
    kept = handled(acme, sender, notice())
    assert kept.state == "dead"
    assert "currency" in kept.error


def test_without_an_account_it_waits_for_a_replay(acme: World, sender: Sender) -> None:
    TicketAccount.objects.update(is_active=False)
    kept = handled(acme, sender, notice())
    assert kept.state == "dead"
    assert "Connect an active Eventbrite account" in kept.error


def test_the_source_says_which_of_two_accounts(
    acme: World, eventbrite: EventbriteAtHome, settings: Settings, account: TicketAccount
) -> None:
    connected(acme, eventbrite, settings, name="Other", token="not-the-right-token")
    unsaid = make_sender(acme, kind="eventbrite", name="said", settings={"account": "Main"})
    assert handled(acme, unsaid, notice()).state == "processed"
    with pytest.raises(InvalidInput, match="Say which"):
        make_sender(acme, kind="eventbrite", name="unsaid")


@pytest.mark.parametrize("wrong", [{"account": "Nobody"}, {"account": 7}, {"secret": "x"}])
def test_settings_that_say_nothing(
    acme: World, account: TicketAccount, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_sender(acme, kind="eventbrite", settings=wrong)
    assert list(caught.value.fields) == ["settings"]


def test_a_strangers_account_is_not_used(
    acme: World, globex: World, sender: Sender, eventbrite: EventbriteAtHome
) -> None:
    with globex.inside():
        with pytest.raises(InvalidInput, match="Connect"):
            make_sender(globex, kind="eventbrite", settings={"account": "Main"})
        assert drain(globex.company.pk) == 0
        assert not Order.objects.exists()


def test_two_orders_of_one_buyer_are_one_customers(
    acme: World, sender: Sender, eventbrite: EventbriteAtHome
) -> None:
    eventbrite.orders["5"] = eventbrite_order(5, email="asha@example.com", name="Asha Rao")
    sender.send(notice())
    sender.send(notice(api_url=ORDER.replace("1234567891", "5")))
    assert drain(acme.company.pk) == 2
    assert len({order.customer_id for order in Order.objects.all()}) == 1
