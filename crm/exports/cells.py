"""Values as they stand in a file for people."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

# A spreadsheet takes a text that begins with one of these for a formula (OWASP, CSV injection);
# the wide forms are what East Asian keyboards write.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LIST_SEPARATOR = "; "


def is_number(value: Any) -> bool:
    """Whether a spreadsheet should hold it as a number."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def cell_text(value: Any, zone: tzinfo) -> str:
    """The value as text: times in the zone without their offset, lists in one cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple):
        return LIST_SEPARATOR.join(cell_text(item, zone) for item in value)
    return str(value)


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula.

    Phones begin with + and get one too: Excel would show +61412345678 as 6.14E+10, and with the
    apostrophe it stays readable as it is.
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
