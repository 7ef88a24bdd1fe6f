"""Template filters for amounts and counts."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def money(amount: Decimal | int | None, currency: str = "") -> str:
    """An amount with its currency: “1,234.50 AUD”; without cents where there are none."""
    if amount is None:
        return ""
    value = Decimal(amount)
    text = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    return f"{text} {currency}".rstrip()


@register.filter
def thousands(count: int | None) -> str:
    """A count as people read it: 12,345."""
    return "" if count is None else f"{count:,}"


@register.filter
def whole_money(amount: Decimal | int | None, currency: str = "") -> str:
    """An amount to the nearest unit, for figures in which cents say nothing."""
    return "" if amount is None else f"{Decimal(amount):,.0f} {currency}".rstrip()
