"""Money as files and APIs write it, made Decimal without drift."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from iso4217 import Currency

from crm.identifiers.text import clean_text, is_null_word
from scoring.orders.bad_value import BadValue

CENT = Decimal("0.01")
# What the database holds: numeric(14, 2).
LARGEST = Decimal("999999999999.99")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SIGNS = "$€£¥₹฿₩₫₱₽"
# An amount with at most one sign of currency before it ("A$", "AUD ") and one after it (" AUD").
_AMOUNT = re.compile(
    rf"(?P<minus>[-−])?\s*(?:(?:[A-Z]{{1,3}}|Rs\.?)?\s*[{_SIGNS}]?)\s*(?P<minus2>[-−])?\s*"
    r"(?P<whole>\d{1,3}(?:[, ]\d{2,3})*[, ]\d{3}|\d+)?(?:\.(?P<part>\d*))?"
    rf"\s*(?:[{_SIGNS}]|[A-Z]{{3}})?(?P<minus3>-)?"
)
_BAD = "This is not an amount such as 1234.50."


def read_money(value: object) -> Decimal | None:
    """The amount in units, rounded half up to hundredths; None where there is nothing.

    Takes what JSON and CSV give: "$1,234.50", "A$20.00", "(12.00)" for a negative one, 104.99.
    A float is read by the digits that it prints, so 104.99 stays 104.99. Raises BadValue.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValue("bad_money", _BAD)
    return _within_reach(_decimal(repr(value) if isinstance(value, float) else str(value)))


def from_minor_units(value: object, currency: str) -> Decimal | None:
    """2200 of AUD is 22.00; 2200 of JPY is 2200. None where there is nothing. Raises BadValue."""
    if value is None or (isinstance(value, str) and is_null_word(value)):
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise BadValue("bad_money", "This is not an amount in cents.")
    return _within_reach(Decimal(int(text)).scaleb(-_digits_after_point(currency)))


def read_currency(value: object) -> str:
    """Three capital letters; empty where there is nothing. Raises BadValue."""
    text = clean_text(value).upper() if isinstance(value, str) else ""
    if not text or is_null_word(text):
        return ""
    if not _CURRENCY.fullmatch(text):
        raise BadValue("bad_currency", "This is not a currency code such as AUD.")
    return text


def _read_text(value: str) -> Decimal | None:
    text = clean_text(value)
    if is_null_word(text):
        return None
    in_brackets = text.startswith("(") and text.endswith(")")
    match = _AMOUNT.fullmatch(text[1:-1].strip() if in_brackets else text)
    if match is None or not (match["whole"] or match["part"]) or not text.isprintable():
        raise BadValue("bad_money", _BAD)
    minuses = sum(bool(match[name]) for name in ("minus", "minus2", "minus3")) + in_brackets
    if minuses > 1:
        raise BadValue("bad_money", _BAD)
    digits = re.sub("[, ]", "", match["whole"] or "0") + "." + (match["part"] or "0")
    amount = _within_reach(_decimal(digits))
    return -amount if minuses else amount


@cache
def _digits_after_point(currency: str) -> int:
    """How many the smallest unit has (ISO 4217); two where that is not known."""
    try:
        exponent = Currency(currency).exponent
    except ValueError:
        return 2
    return 2 if exponent is None else exponent


def _decimal(digits: str) -> Decimal:
    try:
        amount = Decimal(digits)
    except InvalidOperation as error:
        raise BadValue("bad_money", _BAD) from error
    if not amount.is_finite():
        raise BadValue("bad_money", _BAD)
    return amount


def _within_reach(amount: Decimal) -> Decimal:
    """Rounded to hundredths; adding zero turns "-0.00" into "0.00"."""
    if abs(amount) > LARGEST:
        raise BadValue("bad_money", f"This amount is larger than {LARGEST:,}.")
    return amount.quantize(CENT, rounding=ROUND_HALF_UP) + Decimal("0.00")
