"""What makes an order doubtful: it is kept, and does not count until somebody confirms it."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import models
from iso4217 import Currency

from scoring.models.order import OrderStatus

# In the company's currency, whichever that is: a guard against a lost decimal point or a test.
ABSURD_AMOUNT = Decimal(100_000)
FUTURE_TOLERANCE = timedelta(days=1)
NO_CURRENCY = "XXX"  # ISO 4217's own code for “no currency”
_NO_MONEY = {NO_CURRENCY, "XTS"}  # and its code for testing
CURRENCIES = frozenset(currency.code for currency in Currency) - _NO_MONEY


class ReviewReason(models.TextChoices):
    """Why somebody must look at an order."""

    REFUND_ABOVE_GROSS = "refund_above_gross", "More refunded than was paid"
    NEGATIVE = "negative", "A negative amount"
    ABSURD = "absurd", "An unusually large amount"
    FUTURE = "future", "Ordered in the future"
    UNKNOWN_STATUS = "unknown_status", "A status we do not know"
    UNKNOWN_CURRENCY = "unknown_currency", "A currency that does not exist"


def reasons_to_review(
    *,
    status: str,
    currency: str,
    gross: Decimal,
    refunded: Decimal,
    net: Decimal,
    scored_gross: Decimal | None,
    ordered_at: datetime,
    now: datetime,
) -> list[str]:
    """The codes of all that is doubtful, in the order of `ReviewReason`.

    Without an exchange rate nobody can tell whether an amount is absurd; it is asked again when
    the rate comes.
    """
    doubts = {
        ReviewReason.REFUND_ABOVE_GROSS: refunded > max(gross, Decimal(0)),
        ReviewReason.NEGATIVE: min(gross, refunded, net) < 0,
        ReviewReason.ABSURD: scored_gross is not None and abs(scored_gross) > ABSURD_AMOUNT,
        ReviewReason.FUTURE: ordered_at > now + FUTURE_TOLERANCE,
        ReviewReason.UNKNOWN_STATUS: status == OrderStatus.UNKNOWN,
        ReviewReason.UNKNOWN_CURRENCY: currency not in CURRENCIES,
    }
    return [reason.value for reason, is_so in doubts.items() if is_so]
