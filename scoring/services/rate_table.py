"""Money of any currency in the company's own."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection

from crm.models import Company
from scoring.models import ExchangeRate
from scoring.orders.money import CENT, LARGEST

CHANGE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
KEEP = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"


def hold_rates(company: Company, *, to_change: bool = False) -> None:
    """Until the end of the transaction the company's rates stay as they are, or are ours to change.

    So no order is stored by a rate that is being replaced and missed by the conversion. Taken
    before every other lock (docs/locking.md).
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGE if to_change else KEEP, [f"rates of {company.pk}"])


class RateTable:
    """The rates that a batch of orders needs, read once (not at all for the own currency)."""

    def __init__(self, company: Company, currencies: Collection[str]) -> None:
        self._company = company
        self._rates: dict[str, list[tuple[date, Decimal]]] = {}
        foreign = set(currencies) - {company.currency}
        if not foreign:
            return
        hold_rates(company)
        rows = ExchangeRate.objects.filter(currency__in=foreign).order_by("currency", "valid_from")
        for currency, valid_from, rate in rows.values_list("currency", "valid_from", "rate"):
            self._rates.setdefault(currency, []).append((valid_from, rate))

    def rate_of(self, currency: str, at: datetime) -> Decimal | None:
        """The rate on the company's day of that moment; None where none is known."""
        if currency == self._company.currency:
            return Decimal(1)
        rates = self._rates.get(currency, [])
        day = at.astimezone(self._company.zone).date()
        position = bisect_right(rates, day, key=lambda one: one[0])
        return rates[position - 1][1] if position else None

    def convert(self, amount: Decimal, currency: str, at: datetime) -> Decimal | None:
        """The amount in the company's currency, rounded half up; None where no rate is known.

        Nor is one that the database could not hold.
        """
        rate = self.rate_of(currency, at)
        if rate is None:
            return None
        converted = (amount * rate).quantize(CENT, ROUND_HALF_UP)
        return converted if abs(converted) <= LARGEST else None
