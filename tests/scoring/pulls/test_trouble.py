"""Platforms in trouble, and orders that cannot be read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from scoring.models import UnreadOrder
from scoring.platforms.eventbrite import Eventbrite
from scoring.services import pulls
from tests.factories.ticket_accounts import (
    connected,
    eventbrite_order,
    humanitix_order,
    sell,
)
from tests.platforms_at_home import Answer, Asked, EventbriteAtHome, HumanitixAtHome
from tests.scoring.pulls.pulling import now_at, pull, stored, tell
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("committed")


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


@pytest.mark.parametrize(
    ("onward", "told"), [("c1", "again and again"), (None, "not where"), (7, "not where")]
)
def test_a_platform_that_turns_in_circles(
    acme: World, eventbrite: EventbriteAtHome, settings: Settings, onward: Any, told: str
) -> None:
    page = {"pagination": {"has_more_items": True, "continuation": onward}, "orders": []}
    eventbrite.next_answers = [Answer(page), Answer(page)]
    assert told in pull(acme, connected(acme, eventbrite, settings)).error
