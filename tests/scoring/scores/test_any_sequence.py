"""Any sequence of orders, changes, refunds, removals, deletions, moves, undos and clock steps:
metrics are the sum of the orders, the ledger sums to the score, and the rules bear it out.

Also judged by a recomputation of its own that shares no code with the database functions.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crm.tenancy import use_company
from customers.models import Customer
from scoring.models import Engagement, Order, OrderStatus, ReviewState, ScoreChange, ScoringDay
from tests.factories.customers import make_customer
from tests.scoring.scored import call, place_order
from tests.worlds import World, load_world

ZONE = ZoneInfo("Australia/Sydney")
AMOUNTS = st.decimals(min_value=-20, max_value=1200, places=2)
AGES = st.sampled_from([0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 91, 179, 180, 181, 500])
SECONDS = st.sampled_from([0, 1, 43_200, 86_399])
PEOPLE = 3


class Scores(RuleBasedStateMachine):
    """Three customers of one company, and every way in which their orders may change."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.company = use_company(self.world.company.pk)
        self.company.__enter__()
        self.people = [make_customer(self.world.system()) for _ in range(PEOPLE)]
        self.today = timezone.now().astimezone(ZONE).date()
        self.day = self.today
        call("score_decay", self.today)

    def teardown(self) -> None:
        if hasattr(self, "company"):
            transaction.set_rollback(True)
            self.company.__exit__(None, None, None)
            transaction.set_rollback(False)

    def _orders(self) -> list[Order]:
        return list(Order.objects.order_by("external_id"))

    def _pick(self, number: int) -> Order:
        orders = self._orders()
        return orders[number % len(orders)]

    @rule(
        person=st.integers(0, PEOPLE - 1),
        net=AMOUNTS,
        age=AGES,
        second=SECONDS,
        status=st.sampled_from(OrderStatus.values),
        review=st.sampled_from(ReviewState.values),
    )
    def order(
        self, person: int, net: Decimal, age: int, second: int, status: str, review: str
    ) -> None:
        """Somebody buys; half of the time it counts."""
        midnight = datetime.combine(self.day - timedelta(days=age), time(0), ZONE)
        place_order(
            self.people[person],
            net=str(net),
            at=midnight + timedelta(seconds=second),
            status=status,
            review=review,
            tickets=age % 4,
        )

    @rule(nets=st.lists(AMOUNTS, min_size=2, max_size=12), age=AGES)
    def orders_of_everybody(self, nets: list[Decimal], age: int) -> None:
        """One statement with orders of several customers."""
        at = datetime.combine(self.day - timedelta(days=age), time(9), ZONE)
        count = Order.objects.count()
        Order.objects.bulk_create(
            Order(
                company=self.world.company,
                customer=self.people[place % PEOPLE],
                platform="bulk",
                external_id=f"{count}-{place}",
                status=OrderStatus.COMPLETE,
                currency="AUD",
                gross=net,
                net=net,
                scored_gross=net,
                scored_net=net,
                tickets=1,
                ordered_at=at,
                changed_at=at,
            )
            for place, net in enumerate(nets)
        )

    @precondition(lambda self: self._orders())
    @rule(number=st.integers(0, 99), net=st.one_of(st.none(), AMOUNTS), age=AGES)
    def change(self, number: int, net: Decimal | None, age: int) -> None:
        """A newer version: another amount (or no rate for it), another day."""
        order = self._pick(number)
        order.scored_net = net
        order.ordered_at = datetime.combine(self.day - timedelta(days=age), time(15), ZONE)
        order.save()

    @precondition(lambda self: self._orders())
    @rule(number=st.integers(0, 99), status=st.sampled_from(OrderStatus.values))
    def refund_or_cancel(self, number: int, status: str) -> None:
        Order.objects.filter(pk=self._pick(number).pk).update(status=status)

    @precondition(lambda self: self._orders())
    @rule(number=st.integers(0, 99))
    def remove_or_bring_back(self, number: int) -> None:
        """As an import is undone, and done again."""
        order = self._pick(number)
        gone = order.removed_at is None
        Order.objects.filter(pk=order.pk).update(
            removed_at=timezone.now() if gone else None, removed_by="undo" if gone else ""
        )

    @precondition(lambda self: self._orders())
    @rule(number=st.integers(0, 99))
    def delete(self, number: int) -> None:
        self._pick(number).delete()

    @rule(loser=st.integers(0, PEOPLE - 1), winner=st.integers(0, PEOPLE - 1))
    def merge(self, loser: int, winner: int) -> None:
        """All orders of one go to another, as a merge does; the reverse undoes it."""
        Order.objects.filter(customer=self.people[loser]).update(customer=self.people[winner])

    @precondition(lambda self: self._orders())
    @rule(number=st.integers(0, 99), person=st.none() | st.integers(0, PEOPLE - 1))
    def link(self, number: int, person: int | None) -> None:
        owner = None if person is None else self.people[person]
        Order.objects.filter(pk=self._pick(number).pk).update(customer=owner)

    @rule(days=st.sampled_from([-40, -1, 0, 1, 2, 30, 31, 95]))
    def clock(self, days: int) -> None:
        """Nights pass, some missed; or the clock goes back."""
        before = {row.pk: row.score for row in Engagement.objects.all()}
        changed = call("score_decay", self.day + timedelta(days=days))
        after = {row.pk: row.score for row in Engagement.objects.all()}
        assert all(after[pk] <= before[pk] for pk in before), "time alone raised a score"
        assert changed == sum(after[pk] != before[pk] for pk in before)
        self.day = max(self.day, self.day + timedelta(days=days))

    @rule(days=st.sampled_from([-40, 0, 10]))
    def rescore(self, days: int) -> None:
        """What is right for a day, earlier days included."""
        self.day += timedelta(days=days)
        call("score_company", "rescore", self.day)
        # Orders that come now are scored for today at the earliest.
        self.day = max(self.day, self.today)
        call("score_decay", self.day)

    @rule()
    def nothing_changed(self) -> None:
        assert call("engagement_rebuild", "rescore", self.day) == 0
        assert call("score_company", "rescore", self.day) == 0
        assert call("score_decay", self.day) == 0
        assert call("score_customers", [person.pk for person in self.people], "rescore") == 0

    @invariant()
    def everything_holds(self) -> None:
        if not hasattr(self, "people"):
            return
        for person in self.people:
            row = Engagement.objects.get(pk=person.pk)
            assert _metrics(row) == _recomputed(person.pk)
            changes = list(ScoreChange.objects.filter(customer=person).order_by("id"))
            assert row.score == 6 + sum(line.score_after - line.score_before for line in changes)
            for earlier, later in pairwise(changes):
                assert earlier.score_after == later.score_before
                assert earlier.band_after == later.band_before
            assert row.recency == _recency(row.last_order_at, self._scored_day(row))
            assert row.score == 3 * row.recency + 2 * row.frequency + row.monetary
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM score_contradictions(5)")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT metrics, scores FROM score_drift(5)")
            assert cursor.fetchone() == (0, 0)

    def _scored_day(self, row: Engagement) -> date:
        stored = ScoringDay.objects.get().day
        return max(stored, row.scored_on) if row.scored_on else stored


def _metrics(row: Engagement) -> tuple[object, ...]:
    return row.orders, row.tickets, row.gross, row.net, row.first_order_at, row.last_order_at


def _recomputed(customer_id: UUID) -> tuple[object, ...]:
    counted = [
        order
        for order in Order.objects.filter(customer_id=customer_id)
        if order.status in ("complete", "partly_refunded")
        and order.removed_at is None
        and order.review != "flagged"
    ]
    times = [order.ordered_at for order in counted]
    return (
        len(counted),
        sum(order.tickets for order in counted),
        sum((order.scored_gross or Decimal(0) for order in counted), Decimal(0)),
        sum((order.scored_net or Decimal(0) for order in counted), Decimal(0)),
        min(times, default=None),
        max(times, default=None),
    )


def _recency(last: datetime | None, on_day: date) -> int:
    if last is None:
        return 1
    days = (on_day - last.astimezone(ZONE).date()).days
    return next(
        (points for limit, points in ((30, 5), (60, 4), (90, 3), (180, 2)) if days <= limit), 1
    )


@pytest.mark.usefixtures("db")
def test_any_sequence() -> None:
    Scores.world = load_world("acme")
    machine = Scores.TestCase()
    machine.settings = settings(
        max_examples=20,
        stateful_step_count=20,
        suppress_health_check=list(HealthCheck),
    )
    machine.runTest()
    assert not Customer.objects.exists()
