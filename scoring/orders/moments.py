"""Times as files and APIs write them, made aware datetimes in UTC."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crm.identifiers.text import clean_text, is_null_word
from crm.tabular.date_order import DateOrder
from scoring.orders.bad_value import BadValue

OLDEST_YEAR, NEWEST_YEAR = 1970, 2199
_PIVOT = 70  # "98" is 1998, "24" is 2024
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = (
    r"(?:,?(?:\s+at)?\s+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?"
)
_ORDERED = re.compile(
    r"(?P<first>\d{1,2})[/.\-](?P<other>\d{1,2})[/.\-](?P<year>\d{4}|\d{2})" + _TIME, re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
    r"(?:(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<month2>[a-z]{3,9})\.?)"
    r"(?:,?\s+|-)(?P<year>\d{4})" + _TIME,
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}(?:[T ].+)?", re.IGNORECASE)
_NO_DATE = frozenset({"0000-00-00", "0000-00-00 00:00:00", "00/00/0000"})
_BAD = "This is not a date such as 2026-03-08 18:45."


def read_moment(value: object, *, zone: ZoneInfo, order: DateOrder | None) -> datetime | None:
    """The moment in UTC; None where there is nothing. Raises BadValue.

    A time that names no zone is of `zone`. Dates such as 08/03/2026 are read by `order`, never
    guessed; without it they are refused (code no_date_order). Takes ISO 8601, "Sep 26, 2026
    7:05 PM", and seconds or milliseconds since 1970.
    """
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(float(value))
    if not isinstance(value, str):
        raise BadValue("bad_date", _BAD)
    text = clean_text(value)
    if is_null_word(text) or text in _NO_DATE:
        return None
    if _EPOCH.fullmatch(text):
        return _from_epoch(float(text))
    return _to_utc(_read_text(text, order), zone)


def is_ambiguous(text: str) -> bool:
    """Whether only the order of day and month says which day this is: 08/03/2026."""
    return _ORDERED.fullmatch(clean_text(text)) is not None


def _read_text(text: str, order: DateOrder | None) -> datetime:
    if _ISO.fullmatch(text):
        return _from_iso(text)
    ordered = _ORDERED.fullmatch(text)
    if ordered:
        if order is None:
            raise BadValue("no_date_order", "Say whether dates are D/M/Y or M/D/Y.")
        first, other = int(ordered["first"]), int(ordered["other"])
        day, month = (first, other) if order is DateOrder.DAY_FIRST else (other, first)
        return _built(_full_year(ordered["year"]), month, day, ordered)
    named = _NAMED.fullmatch(text)
    if named is None:
        raise BadValue("bad_date", _BAD)
    name = (named["month"] or named["month2"])[:3].lower()
    if name not in _MONTHS:
        raise BadValue("bad_date", _BAD)
    day = int(named["day"] or named["day2"])
    return _built(int(named["year"]), _MONTHS.index(name) + 1, day, named)


def _from_iso(text: str) -> datetime:
    # "2026-03-08 07:45:10 +0000": the space before the offset is not ISO.
    joined = re.sub(r"\s+(?=[+-]\d|[zZ]$|UTC$)", "", text)
    try:
        return datetime.fromisoformat(re.sub("UTC$", "Z", joined))
    except (ValueError, OverflowError) as error:
        raise BadValue("bad_date", _BAD) from error


def _from_epoch(number: float) -> datetime:
    seconds = number / 1000 if abs(number) >= 1e11 else number
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except (ValueError, OverflowError) as error:
        raise BadValue("bad_date", _BAD) from error
    return _checked(moment)


def _built(year: int, month: int, day: int, match: re.Match[str]) -> datetime:
    hour = int(match["hour"] or 0)
    half = (match["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise BadValue("bad_date", "There is no such time of day.")
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return datetime(  # noqa: DTZ001 - the zone follows
            year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0)
        )
    except ValueError as error:
        raise BadValue(
            "bad_date", "There is no such day or time. Check whether dates are D/M/Y or M/D/Y."
        ) from error


def _full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= _PIVOT else 2000)


def _to_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    _checked(moment)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadValue("bad_date", _BAD) from error


def _checked(moment: datetime) -> datetime:
    if not OLDEST_YEAR <= moment.year <= NEWEST_YEAR:
        raise BadValue("bad_date", f"The year is not between {OLDEST_YEAR} and {NEWEST_YEAR}.")
    return moment
