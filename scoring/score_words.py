"""A score in words: why it is what it is."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from scoring.models import Engagement, RuleSet


class Activity(StrEnum):
    """How long ago somebody bought (S0.2)."""

    NEW = "new"
    ACTIVE = "active"
    INACTIVE = "inactive"
    DORMANT = "dormant"


@dataclass(frozen=True)
class Reason:
    """One of the three parts of a score: what was measured, and the points it earned of five."""

    name: str
    fact: str
    points: int
    weight: int


def reasons_for(
    metrics: Engagement, rules: RuleSet, *, today: date, zone: ZoneInfo, currency: str
) -> list[Reason]:
    """Recency, frequency and monetary value, in this order; days are those of `zone`."""
    return [
        Reason("Recency", _last_order(metrics, today, zone), metrics.recency, rules.weight_recency),
        Reason(
            "Frequency",
            f"{metrics.orders:,} {'order' if metrics.orders == 1 else 'orders'}",
            metrics.frequency,
            rules.weight_frequency,
        ),
        Reason(
            "Monetary",
            f"{_amount(metrics.net)} {currency} net",
            metrics.monetary,
            rules.weight_monetary,
        ),
    ]


def activity_of(
    last_order_at: datetime | None,
    created_at: datetime,
    rules: RuleSet,
    *,
    today: date,
    zone: ZoneInfo,
) -> Activity:
    """Active, inactive or dormant by the last order; without one new, later inactive."""
    if last_order_at is None:
        known_for = (today - created_at.astimezone(zone).date()).days
        return Activity.NEW if known_for <= rules.new_days else Activity.INACTIVE
    days = (today - last_order_at.astimezone(zone).date()).days
    if days <= rules.active_days:
        return Activity.ACTIVE
    return Activity.INACTIVE if days <= rules.dormant_days else Activity.DORMANT


def _last_order(metrics: Engagement, today: date, zone: ZoneInfo) -> str:
    if metrics.last_order_at is None:
        return "No order yet"
    days = (today - metrics.last_order_at.astimezone(zone).date()).days
    if days <= 0:
        return "Last order today"
    return f"Last order {days:,} {'day' if days == 1 else 'days'} ago"


def _amount(value: Decimal) -> str:
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
