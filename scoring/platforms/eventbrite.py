"""Eventbrite's API: the orders of an organisation, and one order by its number.

The list is followed by its continuation while there is more; counts may be missing and pages may
shift, so the orders of the last minutes are read doubly, and a list that held fewer orders than it
announced is read again. The checkpoint:

    {"until": largest `changed` of a whole reading,
     "reading": {"since", "continuation", "highest", "seen", "readings"} while it is being read}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crm.json_api import ApiRefused, ApiUnavailable, JsonApi
from scoring.orders import eventbrite_json
from scoring.orders.order_data import OrderData
from scoring.platforms.answers import (
    id_in,
    latest,
    moment_in,
    moment_of,
    objects_of,
    whole_number,
    written,
)
from scoring.platforms.pulled import FoundOrder, PulledPage

BASE_URL = "https://www.eventbriteapi.com"
EXPAND = "attendees,event"
OVERLAP = timedelta(minutes=10)
MOST_READINGS = 3
MOST_PAGES = 100_000
NUMBER = re.compile(r"[0-9]{1,30}")


@dataclass(frozen=True)
class Eventbrite:
    """The API, asked with one private token (Authorization: Bearer)."""

    api: JsonApi
    organisation_id: str

    def read(self, raw: Mapping[str, Any]) -> OrderData:
        """The order with its attendees and event. Raises BadOrder."""
        return self.read_order(raw)

    @staticmethod
    def read_order(raw: Mapping[str, Any]) -> OrderData:
        """The same, for whoever has no token at hand."""
        return eventbrite_json.read_order(raw["order"])

    def order(self, number: str) -> FoundOrder:
        """One order as it stands now. Raises ApiError."""
        found = self.api.get(f"/v3/orders/{_checked(number)}/", {"expand": EXPAND})
        if not isinstance(found, Mapping) or id_in(found, "id") != number:
            raise ApiUnavailable(f"{self.api.name} answered something other than the order.")
        return _found(found)

    def order_of_attendee(self, event: str, attendee: str) -> str:
        """The number of the order that an attendee belongs to. Raises ApiError."""
        path = f"/v3/events/{_checked(event)}/attendees/{_checked(attendee)}/"
        found = self.api.get(path)
        number = id_in(found, "order_id") if isinstance(found, Mapping) else ""
        if not NUMBER.fullmatch(number):
            raise ApiUnavailable(f"{self.api.name} answered an attendee without an order.")
        return number

    def pages(
        self, checkpoint: Mapping[str, Any], *, now: datetime, since: datetime | None = None
    ) -> Iterator[PulledPage]:
        """The orders changed since the last time, or the rest of a stopped reading."""
        until = moment_of(checkpoint.get("until"))
        reading = (checkpoint.get("reading") or {}) if since is None else {}
        begin = since or (until - OVERLAP if until else None)
        if reading:
            begin = moment_of(reading["since"])
        highest = moment_of(reading.get("highest"))
        begin_at, seen_before = reading.get("continuation", ""), reading.get("seen", 0)
        for readings in range(reading.get("readings", 1), MOST_READINGS + 1):
            seen: set[str] = set()
            for items, total, onward in self._list(begin, begin_at):
                orders = [_found(item) for item in items]
                seen |= {order.external_id for order in orders}
                highest = latest(highest, *(moment_in(item, "changed") for item in items))
                count = seen_before + len(seen)
                # Fewer than announced: pages have shifted, and the list is read again.
                is_short = not onward and total is not None and count < total
                if not onward and not (is_short and readings < MOST_READINGS):
                    whole = latest(until, min(highest, now) if highest else None)
                    yield PulledPage(
                        orders=orders, checkpoint={"until": written(whole)}, is_last=True
                    )
                    return
                mark = {
                    "since": written(begin),
                    "continuation": onward,
                    "highest": written(highest),
                    "seen": 0 if is_short else count,
                    "readings": readings + 1 if is_short else readings,
                }
                yield PulledPage(
                    orders=orders, checkpoint={"until": written(until), "reading": mark}
                )
            begin_at, seen_before = "", 0

    def _list(
        self, begin: datetime | None, continuation: str
    ) -> Iterator[tuple[list[Mapping[str, Any]], int | None, str]]:
        """The orders of each page, how many there are, and where the next page begins."""
        path = f"/v3/organizations/{_checked(self.organisation_id)}/orders/"
        for _ in range(MOST_PAGES):
            answer = self._page(path, begin, continuation)
            items = objects_of(answer, "orders")
            paging = answer.get("pagination") if isinstance(answer, Mapping) else None
            if items is None or not isinstance(paging, Mapping):
                raise ApiUnavailable(f"{self.api.name} answered without a list of orders.")
            onward = paging.get("continuation") if paging.get("has_more_items") is True else ""
            if not isinstance(onward, str) or (paging.get("has_more_items") and not onward):
                raise ApiUnavailable(f"{self.api.name} says there is more, and not where.")
            if onward and onward == continuation:
                raise ApiUnavailable(f"{self.api.name} gives the same page again and again.")
            yield items, whole_number(paging.get("object_count")), onward
            if not onward:
                return
            continuation = onward
        raise ApiUnavailable(f"{self.api.name} has more than {MOST_PAGES} pages of orders.")

    def _page(self, path: str, begin: datetime | None, continuation: str) -> Any:
        query = {"expand": EXPAND}
        if begin is not None:
            query["changed_since"] = written(begin)
        if not continuation:
            return self.api.get(path, query)
        try:
            return self.api.get(path, {**query, "continuation": continuation})
        except ApiRefused as error:
            if error.status != 400:
                raise
            # Continuations do not live for ever: the reading begins anew.
            return self.api.get(path, query)


def _found(item: Mapping[str, Any]) -> FoundOrder:
    return FoundOrder(external_id=id_in(item, "id"), raw={"order": item})


def _checked(number: str) -> str:
    """Only digits come into a path."""
    if not NUMBER.fullmatch(number):
        raise ApiRefused("This is not a number of Eventbrite.", status=400)
    return number
