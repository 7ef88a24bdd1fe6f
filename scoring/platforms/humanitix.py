"""Humanitix' public API: orders are reached event by event (OpenAPI document 1.21.0).

A pull is a round over all events, those longest unread first. Of each event it reads the orders
changed since the last time, a few minutes doubly, because pages shift while they are read. An event
that ended a month ago is asked once a day. The checkpoint:

    {"round": begin, "since": only in a round that somebody asked for from a day on,
     "events": {id: {"until": largest updatedAt of a whole reading, "read_at": round that read it,
                     "reading": how far it is read (_Reading), while it is being read}}}

Orders do not say how many tickets they hold, so the tickets of changed orders are counted from the
event's list of tickets (humanitix_tickets.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from crm.json_api import ApiRefused, JsonApi
from scoring.orders import humanitix_json
from scoring.orders.order_data import OrderData
from scoring.platforms.answers import (
    exactly,
    id_in,
    latest,
    moment_in,
    moment_of,
    written,
)
from scoring.platforms.humanitix_lists import ListPage, pages_of
from scoring.platforms.humanitix_tickets import EventTickets
from scoring.platforms.pulled import FoundOrder, PulledPage

BASE_URL = "https://api.humanitix.com"
OVERLAP = timedelta(minutes=10)
QUIET_AFTER = timedelta(days=30)
QUIET_PAUSE = timedelta(days=1)
# Readings of an event in which pages shifted so that an order was passed over.
MOST_READINGS = 3
EVENT_FIELDS = ("_id", "name", "startDate", "endDate", "eventLocation")


@dataclass(frozen=True)
class Humanitix:
    """The API, asked with one key (header x-api-key)."""

    api: JsonApi

    def read(self, raw: Mapping[str, Any]) -> OrderData:
        """The order with its event and tickets. Raises BadOrder."""
        return humanitix_json.read_order(raw["order"], event=raw["event"], tickets=raw["tickets"])

    def pages(
        self, checkpoint: Mapping[str, Any], *, now: datetime, since: datetime | None = None
    ) -> Iterator[PulledPage]:
        """A round over all events, or the rest of one that was stopped. Raises ApiError."""
        marks: dict[str, Any] = dict(checkpoint.get("events", {}))
        begun = checkpoint.get("round") if since is None else None
        asked_from = since or (moment_of(checkpoint.get("since")) if begun else None)
        began = begun or exactly(now)
        if since is not None:
            marks = {key: _without_reading(mark) for key, mark in marks.items()}
        events = self._events()
        for event in sorted(events.values(), key=lambda one: _read_at(marks, one)):
            key = str(event["_id"])
            mark = marks.get(key, {})
            if mark.get("read_at", "") >= began or (not asked_from and _is_quiet(event, mark, now)):
                continue
            for orders, marks[key] in self._event(event, mark, began, now, asked_from):
                yield PulledPage(
                    orders=orders,
                    checkpoint={
                        "round": began,
                        "since": written(asked_from),
                        "events": dict(marks),
                    },
                )
        kept = {key: mark for key, mark in marks.items() if key in events}
        yield PulledPage(orders=[], checkpoint={"events": kept}, is_last=True)

    def _events(self) -> dict[str, dict[str, Any]]:
        """Every event by its id, with what orders need of it."""
        found: dict[str, dict[str, Any]] = {}
        for page in pages_of(self.api, "/v1/events", "events"):
            for item in page.items:
                if key := id_in(item, "_id"):
                    found[key] = {name: item.get(name) for name in EVENT_FIELDS} | {"_id": key}
        return found

    def _event(
        self,
        event: dict[str, Any],
        mark: Mapping[str, Any],
        began: str,
        now: datetime,
        asked_from: datetime | None,
    ) -> Iterator[tuple[list[FoundOrder], dict[str, Any]]]:
        """The pages of one event, each with the event's mark after it."""
        until = moment_of(mark.get("until"))
        reading = _Reading.of(mark, asked_from or (until - OVERLAP if until else None))
        tickets = EventTickets(self.api, str(event["_id"]), count_all=reading.since is None)
        for page in self._orders(event, reading):
            counted = tickets.of(page.items)
            orders = [_found(item, event, counted) for item in page.items]
            reading.add(page)
            if not reading.is_through:
                yield orders, {**mark, "reading": reading.as_mark()}
                continue
            until = latest(until, min(reading.highest, now) if reading.highest else None)
            yield orders, {"until": written(until), "read_at": began}

    def _orders(self, event: Mapping[str, Any], reading: "_Reading") -> Iterator[ListPage]:
        path = f"/v1/events/{quote(str(event['_id']), safe='')}/orders"
        while not reading.is_through:
            first = reading.page
            try:
                yield from pages_of(self.api, path, "orders", since=reading.since, first_page=first)
            except ApiRefused as error:
                if error.status != 404:
                    raise
                # The event was deleted while we read.
                yield ListPage(number=first, items=[], total=None, is_last=True)


@dataclass
class _Reading:
    """How far the list of one event is read, so that it can be gone on with later.

    Orders that were seen are counted: where fewer than announced turned up, pages have shifted and
    the list is read again.
    """

    since: datetime | None
    page: int = 1
    highest: datetime | None = None
    seen_before: int = 0
    readings: int = 1
    seen: set[str] = field(default_factory=set)
    is_through: bool = False

    @classmethod
    def of(cls, mark: Mapping[str, Any], since: datetime | None) -> "_Reading":
        """The reading that a mark tells of, or a new one."""
        stored = mark.get("reading")
        if not stored:
            return cls(since=since)
        return cls(
            since=moment_of(stored["since"]),
            page=stored["page"],
            highest=moment_of(stored["highest"]),
            seen_before=stored["seen"],
            readings=stored["readings"],
        )

    def add(self, page: ListPage) -> None:
        """Note what a page held; decides whether the list is through."""
        self.seen |= {id_in(item, "_id") for item in page.items}
        self.highest = latest(self.highest, *(moment_in(item, "updatedAt") for item in page.items))
        self.page = page.number + 1
        if not page.is_last:
            return
        is_short = page.total is not None and self.seen_before + len(self.seen) < page.total
        self.is_through = not is_short or self.readings >= MOST_READINGS
        self.page, self.readings, self.seen_before = 1, self.readings + 1, 0
        self.seen = set()

    def as_mark(self) -> dict[str, Any]:
        """As the checkpoint keeps it."""
        return {
            "since": written(self.since),
            "page": self.page,
            "highest": written(self.highest),
            "seen": self.seen_before + len(self.seen),
            "readings": self.readings,
        }


def _found(
    item: Mapping[str, Any], event: dict[str, Any], tickets: Mapping[str, list[dict[str, str]]]
) -> FoundOrder:
    key = id_in(item, "_id")
    order = {**item, "eventId": item.get("eventId") or event["_id"]}
    return FoundOrder(
        external_id=key, raw={"order": order, "event": event, "tickets": tickets.get(key, [])}
    )


def _read_at(marks: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    return str(marks.get(event["_id"], {}).get("read_at", ""))


def _without_reading(mark: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in mark.items() if name != "reading"}


def _is_quiet(event: Mapping[str, Any], mark: Mapping[str, Any], now: datetime) -> bool:
    """Whether it ended long ago and was read today."""
    ended, read_at = moment_in(event, "endDate"), moment_of(mark.get("read_at"))
    if ended is None or read_at is None or "reading" in mark:
        return False
    return ended < now - QUIET_AFTER and read_at > now - QUIET_PAUSE
