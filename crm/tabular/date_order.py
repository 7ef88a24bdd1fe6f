"""How a file writes its dates."""

from enum import StrEnum


class DateOrder(StrEnum):
    """How the file writes 03/04/1990. It is told, never guessed from the rows."""

    DAY_FIRST = "D/M/Y"
    MONTH_FIRST = "M/D/Y"
