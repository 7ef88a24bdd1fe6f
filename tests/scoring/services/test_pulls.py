"""Pulling orders from platforms that are at home on a port of ours."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from crm import json_api
from crm.errors import Forbidden, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Customer
from scoring.models import Order, OrderStatus, TicketAccount, UnreadOrder
from scoring.platforms.eventbrite import Eventbrite
from scoring.services import pulls
from scoring.services.pulls import PullReport, pull_account
from scoring.tasks import pull_due_accounts, pull_ticket_account
from tests.factories.ticket_accounts import (
    EVENT,
    connected,
    eventbrite_order,
    humanitix_order,
    sell,
)
from tests.platforms_at_home import Answer, Asked, EventbriteAtHome, HumanitixAtHome
from tests.scoring.orders.recorded import payload
from tests.threads import run_threads
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_api, "FIRST_PAUSE_SECONDS", 0.01)


@pytest.fixture
def humanitix() -> Iterator[HumanitixAtHome]:
    platform = HumanitixAtHome(page_size=3)
    yield platform
    platform.stop()


@pytest.fixture
def eventbrite() -> Iterator[EventbriteAtHome]:
    platform = EventbriteAtHome(page_size=3)
    yield platform
    platform.stop()


def pull(world: World, account: TicketAccount, **values: Any) -> PullReport:
    report = pull_account(actor=world.system(), account_id=account.pk, **values)
    assert report is not None
    return report


def stored(world: World) -> dict[str, Order]:
    with world.inside():
        return {order.external_id: order for order in Order.objects.all()}


def now_at(world: World, account: TicketAccount) -> TicketAccount:
    with world.inside():
        account.refresh_from_db()
    return account


def tell(platform: EventbriteAtHome, orders: list[dict[str, Any]]) -> None:
    platform.orders = {order["id"]: order for order in orders}


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


def test_bad_orders_are_kept_and_stop_nobody(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    good = [humanitix_order(number) for number in range(4)]
    bad = [
        humanitix_order(10, currency="dollars"),
        humanitix_order(11, updatedAt="yesterday", createdAt=None),
        humanitix_order(12, _id=None, email="mia\x00@example.com"),
    ]
    sell(humanitix, [bad[0], *good, *bad[1:]])
    account = connected(acme, humanitix, settings)
    report = pull(acme, account)
    assert (report.created, report.unread, report.is_whole) == (4, 3, True)
    with acme.inside():
        unread = {one.external_id: one for one in UnreadOrder.objects.all()}
    assert len(unread) == 3
    assert unread["order-10"].field == "currency"
    assert unread["order-10"].raw["order"]["currency"] == "dollars"
    assert any(key.startswith("sha256:") for key in unread)
    assert "dollars" not in unread["order-10"].message


def test_an_unread_order_comes_in_once_it_can_be_read(
    acme: World,
    eventbrite: EventbriteAtHome,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tell(eventbrite, [eventbrite_order(number) for number in range(100, 104)])
    account = connected(acme, eventbrite, settings)
    true_reader = Eventbrite.read

    def broken(self: Eventbrite, raw: Any) -> Any:
        if raw["order"]["id"] == "102":
            raise ZeroDivisionError("Buyer 102")
        return true_reader(self, raw)

    monkeypatch.setattr(Eventbrite, "read", broken)
    assert pull(acme, account).unread == 1
    with acme.inside():
        assert UnreadOrder.objects.get().message == "The reader failed (ZeroDivisionError)."
    monkeypatch.setattr(Eventbrite, "read", true_reader)
    tell(eventbrite, [])
    assert pull(acme, account).created == 1
    assert "102" in stored(acme)
    with acme.inside():
        assert not UnreadOrder.objects.exists()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer({}, status=401), "does not accept the token"),
        (Answer({}, status=302, headers={"Location": "https://evil.example/"}), "do not follow"),
        (Answer({"total": 1}), "without a list of events"),
        (Answer([]), "without a list of events"),
        (Answer({}, status=429, headers={"Retry-After": "7200"}), "come back later"),
    ],
)
def test_a_platform_in_trouble(
    acme: World, humanitix: HumanitixAtHome, settings: Settings, answer: Answer, told: str
) -> None:
    account = connected(acme, humanitix, settings)
    humanitix.next_answers = [answer]
    report = pull(acme, account)
    assert told in report.error
    after = now_at(acme, account)
    assert (after.failures, after.pulling_until, after.last_error) == (1, None, report.error)
    assert after.due_at - timezone.now() > timedelta(minutes=110 if "later" in told else 14)
    assert pull(acme, account).error == ""
    assert now_at(acme, account).failures == 0


def test_what_was_read_before_the_trouble_stays(
    acme: World,
    humanitix: HumanitixAtHome,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pulls, "BATCH", 3)
    sell(humanitix, [humanitix_order(number) for number in range(9)])
    account = connected(acme, humanitix, settings)

    def fails_at_the_third(asked: Asked) -> None:
        if asked.path.endswith("/orders") and asked.query["page"] == "3":
            humanitix.next_answers = [Answer({}, status=404), Answer({}, status=401)]

    humanitix.before_answer = fails_at_the_third
    humanitix.next_answers = []
    monkeypatch.setattr("scoring.platforms.humanitix.MOST_READINGS", 1)
    first = pull(acme, account)
    assert (first.created, len(stored(acme))) == (6, 6)
    humanitix.before_answer = lambda asked: None
    humanitix.next_answers = []
    pull(acme, account, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert len(stored(acme)) == 9


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


@pytest.mark.parametrize(
    ("onward", "told"), [("c1", "again and again"), (None, "not where"), (7, "not where")]
)
def test_a_platform_that_turns_in_circles(
    acme: World, eventbrite: EventbriteAtHome, settings: Settings, onward: Any, told: str
) -> None:
    page = {"pagination": {"has_more_items": True, "continuation": onward}, "orders": []}
    eventbrite.next_answers = [Answer(page), Answer(page)]
    assert told in pull(acme, connected(acme, eventbrite, settings)).error


def test_one_puller_at_a_time(acme: World, humanitix: HumanitixAtHome, settings: Settings) -> None:
    sell(humanitix, [humanitix_order(number) for number in range(5)])
    account = connected(acme, humanitix, settings)
    actor = acme.system()
    found = run_threads(4, lambda _: pull_account(actor=actor, account_id=account.pk))
    worked = [report for report in found if report is not None]
    assert sum(report.created for report in worked) == 5
    assert len(worked) < 4 or humanitix.paths().count("/v1/events") == len(worked)


def test_a_dead_pullers_lease_ends(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    account = connected(acme, humanitix, settings)
    with acme.inside():
        later = timezone.now() + timedelta(minutes=2)
        TicketAccount.objects.update(pulling_until=later, due_at=later)
    assert pull_account(actor=acme.system(), account_id=account.pk) is None
    with acme.inside():
        TicketAccount.objects.update(pulling_until=timezone.now() - timedelta(seconds=1))
    assert pull(acme, account).is_whole


def test_a_long_reading_keeps_its_lease(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    """The tickets of a large event take many pages before the first orders can be stored."""
    settings.PULL_LEASE_SECONDS = 0  # it is moved on after every answer
    sell(humanitix, [humanitix_order(number) for number in range(3)], tickets=5)
    account = connected(acme, humanitix, settings)
    leases: list[datetime] = []

    def look(asked: Asked) -> None:
        if asked.path.endswith("/tickets"):
            with acme.inside():
                leases.append(TicketAccount.objects.get(pk=account.pk).pulling_until)
            connections.close_all()

    humanitix.before_answer = look
    assert pull(acme, account).is_whole
    assert len(leases) == 5
    assert leases == sorted(set(leases))


@pytest.mark.parametrize(
    "change", [{"pulling_until": None}, {"is_active": False}], ids=["taken", "inactive"]
)
def test_a_puller_that_lost_the_account_writes_no_more(
    acme: World, humanitix: HumanitixAtHome, settings: Settings, change: dict[str, Any]
) -> None:
    sell(humanitix, [humanitix_order(1)])
    account = connected(acme, humanitix, settings)

    def lose(asked: Asked) -> None:
        if asked.path.endswith("/orders"):
            with acme.inside():
                TicketAccount.objects.update(**change)
            connections.close_all()

    humanitix.before_answer = lose
    report = pull(acme, account)
    assert (report.created, report.is_whole) == (0, False)
    assert stored(acme) == {}
    assert now_at(acme, account).checkpoint == {}


def test_the_schedule_pulls_each_account_that_is_due(
    acme: World,
    globex: World,
    humanitix: HumanitixAtHome,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sell(humanitix, [humanitix_order(1)])
    due = connected(acme, humanitix, settings)
    strangers = connected(globex, humanitix, settings)
    with globex.inside():
        TicketAccount.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    handed: list[list[Any]] = []
    monkeypatch.setattr(
        pull_ticket_account, "apply_async", lambda args, **_: handed.append(args) or None
    )
    pull_due_accounts()
    assert handed == [[acme.company.pk, str(due.pk)]]
    pull_ticket_account(*handed[0])
    assert list(stored(acme)) == ["order-1"]
    assert stored(globex) == {}
    pull_due_accounts()
    assert len(handed) == 1
    assert timedelta(minutes=13) < now_at(acme, due).due_at - timezone.now()
    assert now_at(globex, strangers).last_pulled_at is None


def test_a_pull_that_is_not_through_goes_to_the_end_of_the_queue(
    acme: World,
    humanitix: HumanitixAtHome,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sell(humanitix, [humanitix_order(number) for number in range(7)])
    account = connected(acme, humanitix, settings)
    handed: list[list[Any]] = [[acme.company.pk, str(account.pk)]]
    monkeypatch.setattr("scoring.tasks.PULL_SLICE_SECONDS", 0.0)
    monkeypatch.setattr(pull_ticket_account, "apply_async", lambda args, **_: handed.append(args))
    runs = 0
    while handed:
        pull_ticket_account(*handed.pop())
        runs += 1
        assert runs < 20
    assert runs > 2
    assert len(stored(acme)) == 7
    assert now_at(acme, account).last_pulled_at is not None


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


def test_who_may_pull(
    acme: World, globex: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    account = connected(acme, humanitix, settings)
    with pytest.raises(Forbidden):
        pull_account(actor=acme.actor(Role.RECEPTIONIST), account_id=account.pk)
    with pytest.raises(NotFound):
        pull_account(actor=globex.system(), account_id=account.pk)
    assert humanitix.asked == []


def test_it_must_not_be_called_in_a_transaction(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    account = connected(acme, humanitix, settings)
    with acme.inside(), pytest.raises(RuntimeError):
        pull_account(actor=acme.system(), account_id=account.pk)
