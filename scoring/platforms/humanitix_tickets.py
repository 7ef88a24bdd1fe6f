"""How many tickets the orders of a Humanitix event hold.

The API lists tickets by event, not by order. A ticket is never older than its order, so those of an
order are among the tickets that changed since the order was begun.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from crm.json_api import ApiRefused, JsonApi
from scoring.platforms.answers import id_in, moment_in
from scoring.platforms.humanitix_lists import pages_of

# A ticket may carry a time a little before its order's.
MARGIN = timedelta(hours=1)


class EventTickets:
    """The tickets of one event, read when they are first needed; `count_all` reads them whole."""

    def __init__(self, api: JsonApi, event_id: str, *, count_all: bool) -> None:
        self._api, self._event_id = api, event_id
        self._from: datetime | None = None
        self._is_whole, self._is_read = count_all, False
        self._by_order: dict[str, dict[str, dict[str, str]]] = {}

    def of(self, orders: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, str]]]:
        """The status of each ticket of these orders, by the orders' ids. Raises ApiError."""
        if not orders:
            return {}
        begun = [moment_in(order, "createdAt") for order in orders]
        known = [moment for moment in begun if moment is not None]
        needed = None if self._is_whole or len(known) < len(begun) else min(known) - MARGIN
        if not self._is_read or (self._from and (needed is None or needed < self._from)):
            self._read(needed)
        ids = [id_in(order, "_id") for order in orders]
        return {key: list(self._by_order.get(key, {}).values()) for key in ids}

    def _read(self, since: datetime | None) -> None:
        for ticket in self._tickets(since):
            of_order = self._by_order.setdefault(id_in(ticket, "orderId"), {})
            of_order[id_in(ticket, "_id")] = {"status": id_in(ticket, "status")}
        self._from, self._is_read = since, True

    def _tickets(self, since: datetime | None) -> Iterator[Mapping[str, Any]]:
        path = f"/v1/events/{quote(self._event_id, safe='')}/tickets"
        try:
            for page in pages_of(self._api, path, "tickets", since=since):
                yield from page.items
        except ApiRefused as error:
            if error.status != 404:  # the event was deleted while we read
                raise
