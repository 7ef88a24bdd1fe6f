"""The CDNOW data set (tests/data/cdnow) as a file of orders."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "cdnow" / "CDNOW_master.txt"
PLATFORM = "cdnow"
CURRENCY = "USD"
COLUMNS = ["order_id", "ordered_at", "status", "currency", "gross", "tickets", "buyer_id"]


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of the data set; `line` counts from 1 without the header."""

    line: int
    customer: str
    day: date
    items: int
    dollars: Decimal

    @property
    def order_id(self) -> str:
        """Lines have no id of their own: their place in the file is one."""
        return f"L{self.line:05}"


def purchases(*, most: int | None = None) -> Iterator[Purchase]:
    """The purchases as the file lists them, the first `most` of them."""
    with FILE.open(encoding="ascii") as file:
        next(file)
        for line, text in enumerate(file, start=1):
            if most is not None and line > most:
                return
            customer, day, items, dollars = text.split()
            yield Purchase(
                line=line,
                customer=customer,
                day=date(int(day[:4]), int(day[4:6]), int(day[6:])),
                items=int(items),
                dollars=Decimal(dollars),
            )


def orders_csv(*, most: int | None = None) -> bytes:
    """The generic orders CSV (docs/orders_csv.md); days are those of the import's zone."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in purchases(most=most):
        row = [one.order_id, one.day.isoformat(), "complete", CURRENCY, one.dollars, one.items]
        writer.writerow([*row, one.customer])
    return text.getvalue().encode("ascii")
