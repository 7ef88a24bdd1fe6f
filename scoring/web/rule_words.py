"""Scoring rules in words."""

from collections.abc import Mapping
from decimal import Decimal

from scoring.models import RuleSet


def recency_spans(rules: RuleSet) -> Mapping[int, str]:
    """For each number of points, the days since the last order that earn it."""
    words = {}
    begin = 0
    for points, last in zip((5, 4, 3, 2), rules.recency_days, strict=True):
        words[points] = f"{begin}–{last} days" if begin else f"up to {last} days"
        begin = last + 1
    words[1] = f"over {begin - 1} days"
    return words


def frequency_spans(rules: RuleSet) -> Mapping[int, str]:
    """For each number of points, the orders that earn it."""
    words = {}
    above: int | None = None
    for points, least in zip((5, 4, 3, 2), rules.frequency, strict=True):
        if above is None:
            words[points] = f"{least}+ orders"
        elif least == above - 1:
            words[points] = f"{least} {'order' if least == 1 else 'orders'}"
        else:
            words[points] = f"{least}–{above - 1} orders"
        above = least
    words[1] = "no order" if above in (None, 1) else f"under {above} orders"
    return words


def monetary_spans(rules: RuleSet, currency: str) -> Mapping[int, str]:
    """For each number of points, the lifetime net that earns it."""
    words = {}
    for points, least in zip((5, 4, 3, 2), rules.monetary, strict=True):
        words[points] = f"{amount(least)} {currency} or more"
    words[1] = f"under {amount(rules.monetary[-1])} {currency}"
    return words


def amount(value: Decimal | int) -> str:
    """An amount without cents where there are none."""
    value = Decimal(value)
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
