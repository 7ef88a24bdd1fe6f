"""The recorded payloads and files, opened."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crm.tabular.date_order import DateOrder
from scoring.orders.layouts.options import ReadingOptions
from scoring.orders.layouts.reading import Entry, OrderFile
from scoring.orders.order_data import OrderData

PAYLOADS = Path(__file__).parents[2] / "payloads"
SYDNEY = ZoneInfo("Australia/Sydney")


def payload(name: str) -> Any:
    """A recorded JSON payload, such as "humanitix/order.json"."""
    return json.loads((PAYLOADS / name).read_text(encoding="utf-8"))


def recorded(name: str) -> bytes:
    """A recorded file, byte by byte."""
    return (PAYLOADS / name).read_bytes()


def entries(content: bytes, **options: Any) -> list[Entry]:
    """What is read from a file."""
    chosen = {"zone": SYDNEY, "currency": "AUD", "platform": "box", **options}
    return list(OrderFile(content).entries(ReadingOptions(**chosen)))


def orders(content: bytes, **options: Any) -> list[OrderData]:
    """The orders of a file in which nothing is wrong."""
    found = entries(content, **options)
    assert not [problem for entry in found for problem in entry.problems]
    return [entry.order for entry in found if entry.order is not None]


DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST
