"""What every ticket platform gives when it is asked for orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from scoring.orders.order_data import OrderData


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundOrder:
    """An order as it came, not yet read. `raw` holds it with what the parser needs beside it."""

    external_id: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class PulledPage:
    """Orders, and the checkpoint that is true once they are stored; `is_last` ends the pull."""

    orders: Sequence[FoundOrder]
    checkpoint: Mapping[str, Any]
    is_last: bool = False


class TicketPlatform(Protocol):
    """A platform asked with one account's token."""

    def pages(
        self, checkpoint: Mapping[str, Any], *, now: datetime, since: datetime | None = None
    ) -> Iterator[PulledPage]:
        """What is new or changed since the checkpoint, or since `since`, page by page.

        Begun again with the checkpoint of any page, it goes on after that page. An order may come
        more than once. Raises ApiError.
        """
        ...

    def read(self, raw: Mapping[str, Any]) -> OrderData:
        """The order in `FoundOrder.raw`. Raises BadOrder."""
        ...
