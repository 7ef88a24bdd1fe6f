"""What is read of each platform: all pages, only what changed, and on from where it stopped."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from crm.models import AuditEvent
from customers.models import Customer
from scoring.models import OrderStatus, TicketAccount
from scoring.services import pulls
from tests.factories.ticket_accounts import (
    EVENT,
    connected,
    eventbrite_order,
    humanitix_order,
    sell,
)
from tests.platforms_at_home import Asked, EventbriteAtHome, HumanitixAtHome
from tests.scoring.orders.recorded import payload
from tests.scoring.pulls.pulling import now_at, pull, stored, tell
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("committed")


def test_the_recorded_orders_of_humanitix(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    order = payload("humanitix/order.json")
    sell(humanitix, [order, payload("humanitix/order_bare.json")])
    humanitix.tickets[EVENT] = payload("humanitix/tickets.json")
    account = connected(acme, humanitix, settings)
    report = pull(acme, account)
    assert (report.read, report.created, report.is_whole, report.error) == (2, 2, True, "")
    found = stored(acme)[order["_id"]]
    assert (found.status, found.net, found.tickets) == (OrderStatus.PARTLY_REFUNDED, 50, 1)
    assert (found.event_name, found.venue) == ("Harbour Comedy Night", "The Old Boatshed")
    assert found.raw["orderName"] == "0064YQ47"
    with acme.inside():
        customer = Customer.objects.get(pk=found.customer_id)
        assert customer.full_name == "Mia Nguyen"
        assert AuditEvent.objects.filter(action="ticketaccount.pulled").count() == 1


def test_the_recorded_order_of_eventbrite(
    acme: World, eventbrite: EventbriteAtHome, settings: Settings
) -> None:
    tell(eventbrite, [payload("eventbrite/order_expanded.json")])
    report = pull(acme, connected(acme, eventbrite, settings))
    assert (report.created, report.error) == (1, "")
    (order,) = stored(acme).values()
    assert (order.gross, order.refunded, order.net, order.tickets) == (66, 22, 40, 2)
    assert eventbrite.asked[0].query == {"expand": "attendees,event"}


def test_all_pages_and_then_only_what_changed(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    sell(humanitix, [humanitix_order(number) for number in range(10)])
    account = connected(acme, humanitix, settings)
    assert pull(acme, account).created == 10
    assert {order.tickets for order in stored(acme).values()} == {2}
    humanitix.asked.clear()
    again = pull(acme, account)
    assert (again.created, again.updated) == (0, 0)
    orders = [asked for asked in humanitix.asked if asked.path.endswith("/orders")]
    # The newest change was at 00:09; ten minutes are read doubly.
    assert {asked.query["since"] for asked in orders} == {"2026-03-08T23:59:00Z"}
    humanitix.orders[EVENT].append(humanitix_order(300))
    assert pull(acme, account).created == 1


def test_eventbrites_continuations_and_checkpoint(
    acme: World, eventbrite: EventbriteAtHome, settings: Settings
) -> None:
    tell(eventbrite, [eventbrite_order(number) for number in range(100, 110)])
    account = connected(acme, eventbrite, settings)
    assert pull(acme, account).created == 10
    asked = [one.query.get("continuation") for one in eventbrite.asked]
    assert asked == [None, "c1", "c2", "c3"]
    assert now_at(acme, account).checkpoint == {"until": "2026-03-10T01:49:00Z"}
    eventbrite.asked.clear()
    assert pull(acme, account).read == 10
    assert eventbrite.asked[0].query["changed_since"] == "2026-03-10T01:39:00Z"


def test_a_refund_comes_in_and_a_late_report_does_not_undo_it(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    paid = humanitix_order(1)
    refunded = humanitix_order(
        500,
        _id="order-1",
        financialStatus="refunded",
        totals={"subtotal": 100, "refunds": 104.99, "netSales": 0, "total": 0},
    )
    sell(humanitix, [paid])
    account = connected(acme, humanitix, settings)
    pull(acme, account)
    sell(humanitix, [refunded])
    assert pull(acme, account).updated == 1
    sell(humanitix, [paid])
    late = pull(acme, account, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert (late.read, late.updated) == (1, 0)
    (order,) = stored(acme).values()
    assert (order.status, order.net, order.is_counted) == (OrderStatus.REFUNDED, 0, False)


def test_pages_that_shift_lose_nothing(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    """After the first page an order moves to the end, so one moves up and is passed over."""
    sell(humanitix, [humanitix_order(number) for number in range(7)])
    turned: list[str] = []

    def shift(asked: Asked) -> None:
        if asked.path.endswith("/orders") and asked.query["page"] == "2" and not turned:
            orders = humanitix.orders[EVENT]
            turned.append(orders[3]["_id"])
            orders.append(orders.pop(0) | {"updatedAt": "2026-03-10T00:00:00.000Z"})

    humanitix.before_answer = shift
    account = connected(acme, humanitix, settings)
    assert pull(acme, account).is_whole
    assert turned == ["order-3"]
    assert turned[0] in stored(acme)
    assert len(stored(acme)) == 7


def test_a_stopped_reading_goes_on_at_its_page(
    acme: World,
    humanitix: HumanitixAtHome,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pulls, "BATCH", 1)
    sell(humanitix, [humanitix_order(number) for number in range(9)])
    account = connected(acme, humanitix, settings)
    first = pull(acme, account, slice_seconds=0)
    assert (first.is_whole, first.error, first.created) == (False, "", 3)
    humanitix.asked.clear()
    assert pull(acme, account).is_whole
    pages = [one.query["page"] for one in humanitix.asked if one.path.endswith("/orders")]
    assert pages == ["2", "3"]
    assert len(stored(acme)) == 9


def test_a_continuation_that_died_begins_anew(
    acme: World, eventbrite: EventbriteAtHome, settings: Settings
) -> None:
    tell(eventbrite, [eventbrite_order(number) for number in range(100, 105)])
    account = connected(acme, eventbrite, settings)
    assert pull(acme, account, slice_seconds=0).created == 3
    with acme.inside():
        checkpoint = now_at(acme, account).checkpoint
        checkpoint["reading"]["continuation"] = "expired"
        TicketAccount.objects.update(checkpoint=checkpoint)
    assert pull(acme, account).is_whole
    assert len(stored(acme)) == 5


def test_an_event_that_ended_long_ago_is_asked_once_a_day(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    sell(humanitix, [humanitix_order(1)])
    humanitix.events[EVENT]["endDate"] = "2020-01-01T00:00:00.000Z"
    account = connected(acme, humanitix, settings)
    counts: Callable[[], int] = lambda: humanitix.paths().count(f"/v1/events/{EVENT}/orders")  # noqa: E731
    pull(acme, account)
    before = counts()
    pull(acme, account)
    assert counts() == before
    pull(acme, account, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert counts() == before + 1
