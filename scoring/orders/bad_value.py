"""What is wrong with one value, or with one order, as a person reads it."""

from dataclasses import dataclass


class BadValue(ValueError):
    """A value that cannot be used. The message never repeats the value.

    Codes: bad_money, bad_date, no_date_order, bad_number, bad_currency, missing, too_long.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class BadOrder(ValueError):
    """An order of an API that cannot be used: the field to look at, and what is wrong with it."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a row: as a spreadsheet shows it, the header being row 1."""

    row: int
    column: str  # the header's text; empty for the row as a whole
    code: str
    message: str
