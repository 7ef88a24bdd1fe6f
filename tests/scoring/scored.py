"""What tests ask of scores: the row of a customer, and the functions as the app calls them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from customers.models import Customer
from scoring.models import Engagement, Order, ScoreChange
from tests.factories.placed_orders import place_order as place


def call(function: str, *values: Any) -> Any:
    """The answer of an SQL function."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(values))})", values)
        return cursor.fetchone()[0]


def place_order(customer: Customer, **values: Any) -> Order:
    """A counted order in the company's currency, its gross converted too."""
    values.setdefault("scored_gross", Decimal(values.get("net", 100)))
    return place(customer, **values)


def place_many(customer: Customer, nets: Iterable[str], *, at: datetime) -> None:
    """One order for each amount, all at one moment."""
    for net in nets:
        place_order(customer, net=net, at=at)


def points(customer: Customer | UUID) -> tuple[int, int, int, int, str]:
    """Recency, frequency, monetary, score and band as they are stored."""
    row = Engagement.objects.get(pk=getattr(customer, "pk", customer))
    return row.recency, row.frequency, row.monetary, row.score, row.band


def ledger(customer: Customer) -> list[tuple[str, int, int]]:
    """Cause, score before and after of each line, the oldest first."""
    lines = ScoreChange.objects.filter(customer=customer).order_by("id")
    return [(line.cause, line.score_before, line.score_after) for line in lines]


def today(zone: str = "Australia/Sydney") -> date:
    """The day in a zone."""
    return timezone.now().astimezone(ZoneInfo(zone)).date()


def noon(days_ago: int, zone: str = "Australia/Sydney") -> datetime:
    """Noon of a day before today, as the zone has it."""
    return datetime.combine(today(zone) - timedelta(days=days_ago), time(12), ZoneInfo(zone))


def holds() -> bool:
    """Whether every score of the company is what its ledger, metrics and orders say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM score_contradictions(50)")
        contradictions = cursor.fetchall()
        cursor.execute("SELECT metrics, scores FROM score_drift(50)")
        drift = cursor.fetchone()
    assert contradictions == []
    assert drift == (0, 0)
    return True
