"""Leads: where they came from, what became of them, and every step on the way."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crm.demo import remarks
from crm.demo.people import pick
from crm.demo.setting import Member, Person, Setting, new_id
from leads.models.lead import LeadStatus

NEW, WORKING, PENDING, QUALIFIED, DISQUALIFIED, WON, LOST = (status.value for status in LeadStatus)
OPEN = (NEW, WORKING, PENDING, QUALIFIED)
# What stands at the end, how often in a hundred, and the ways there.
_OUTCOMES: tuple[tuple[str, int, tuple[tuple[str, ...], ...]], ...] = (
    (NEW, 9, ((),)),
    (WORKING, 12, ((WORKING,),)),
    (PENDING, 10, ((PENDING,), (WORKING, PENDING))),
    (QUALIFIED, 12, ((QUALIFIED,), (WORKING, QUALIFIED), (PENDING, QUALIFIED))),
    (DISQUALIFIED, 13, ((DISQUALIFIED,), (WORKING, DISQUALIFIED))),
    (WON, 19, ((QUALIFIED, WON), (WORKING, QUALIFIED, WON), (WORKING, PENDING, QUALIFIED, WON))),
    (LOST, 25, ((LOST,), (WORKING, LOST), (WORKING, PENDING, LOST), (LOST, WORKING, LOST))),
)
_BY_CHANCE = tuple(outcome for outcome in _OUTCOMES for _ in range(outcome[1]))
_CLOSED_BY_CHANCE = tuple(outcome for outcome in _BY_CHANCE if outcome[0] not in OPEN)
_SYSTEM = "Switchboard"


@dataclass(slots=True)
class Event:
    """One line of a lead's history to be."""

    kind: str
    at: datetime
    by: Member | None = None
    old_status: str = ""
    new_status: str = ""
    attempt: int | None = None
    remarks: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Enquiry:
    """A lead to be."""

    id: str
    branch: int
    source: int
    received_at: datetime
    full_name: str
    phone: str
    phone_as_typed: str
    email: str = ""
    customer: Person | None = None
    status: str = NEW
    owner: Member | None = None
    assigned_at: datetime | None = None
    follow_up_at: datetime | None = None
    reason: str = ""
    remarks: str = ""
    interest: str = ""
    variant: str = ""
    location: str = ""
    external_id: str = ""
    raw: str | None = None
    attempts: int = 0
    events: list[Event] = field(default_factory=list)

    @property
    def last_activity_at(self) -> datetime:
        """When something last happened to it."""
        return self.events[-1].at if self.events else self.received_at

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed, or None while it is open."""
        return None if self.status in OPEN else self.last_activity_at


def make_enquiries(
    setting: Setting, people: Sequence[Person], *, how_many: int, rng: Random
) -> list[Enquiry]:
    """Leads of these customers; at a branch, a customer has one open lead at most."""
    enquiries: list[Enquiry] = []
    taken: set[tuple[str, int]] = set()
    for _ in range(how_many if people else 0):
        # The newest customers ask most.
        person = people[int(len(people) * (1 - rng.random() ** 1.6))]
        branch = int(len(setting.branches) * rng.random() ** 1.3)
        is_free = (person.id, branch) not in taken
        outcome = pick(_BY_CHANCE if is_free else _CLOSED_BY_CHANCE, rng)
        if outcome[0] in OPEN:
            taken.add((person.id, branch))
        enquiry = _of_customer(setting, person, branch, rng, is_open=outcome[0] in OPEN)
        live_through(setting, enquiry, path=pick(outcome[2], rng), rng=rng)
        _mark(person, enquiry)
        enquiries.append(enquiry)
    return enquiries


def _of_customer(
    setting: Setting, person: Person, branch: int, rng: Random, *, is_open: bool
) -> Enquiry:
    known = (setting.now - person.created_at).total_seconds()
    ago = min(known, 50 * 86_400 * rng.random() ** 1.5) if is_open else known * rng.random()
    received_at = setting.in_opening_hours(setting.now - timedelta(seconds=max(300, int(ago))))
    received_at = max(received_at, person.created_at)
    phone, email = person.contact("phone"), person.contact("email")
    enquiry = new_enquiry(
        setting,
        branch=branch,
        received_at=received_at,
        full_name=person.full_name,
        phone=phone.value if phone else "",
        typed=phone.as_typed if phone else "",
        rng=rng,
    )
    enquiry.customer = person
    enquiry.email = email.value if email and rng.random() < 0.6 else ""
    enquiry.location = person.city
    return enquiry


def new_enquiry(
    setting: Setting,
    *,
    branch: int,
    received_at: datetime,
    full_name: str,
    phone: str,
    typed: str,
    rng: Random,
    source: int | None = None,
) -> Enquiry:
    """A lead that just came in: its source, what it asks for, its first event."""
    business = setting.business
    chosen = _source(setting, rng) if source is None else source
    interest, variants = pick(business.interests, rng)
    enquiry = Enquiry(
        id=new_id(received_at, rng),
        branch=branch,
        source=chosen,
        received_at=received_at,
        full_name=full_name,
        phone=phone,
        phone_as_typed=typed,
        interest=interest,
        variant=pick(variants, rng) if variants and rng.random() < 0.5 else "",
    )
    _tell_origin(setting, enquiry, rng)
    return enquiry


def _source(setting: Setting, rng: Random) -> int:
    chance = rng.random()
    for place, source in enumerate(setting.business.sources):
        chance -= source.share
        if chance < 0:
            return place
    return 0


def _tell_origin(setting: Setting, enquiry: Enquiry, rng: Random) -> None:
    kind = setting.business.sources[enquiry.source].kind
    if kind == "walk_in":
        desk = setting.front_desk(enquiry.branch)
        enquiry.events.append(Event("walk_in_created", enquiry.received_at, desk))
        return
    if kind in ("meta", "telephony"):
        enquiry.external_id = f"{kind}-{rng.getrandbits(48):012x}"
        enquiry.raw = json.dumps({"id": enquiry.external_id, "phone": enquiry.phone_as_typed})
    enquiry.events.append(Event("created", enquiry.received_at))


def live_through(
    setting: Setting, enquiry: Enquiry, *, path: Sequence[str], rng: Random, days: float = 40
) -> None:
    """Take the lead through its statuses, each a step later and never after now."""
    room = (setting.now - enquiry.received_at).total_seconds()
    room = min(room, days * 86_400)
    moments = sorted(room * rng.random() for _ in range(len(path) + 1))
    times = [
        max(
            enquiry.received_at,
            setting.in_opening_hours(enquiry.received_at + timedelta(seconds=int(moment))),
        )
        for moment in moments
    ]
    owners = setting.owners_of(enquiry.branch)
    if owners and (path or rng.random() < 0.4):
        assign(setting, enquiry, owner=enquiry.owner or pick(owners, rng), at=times[0])
    for status, at in zip(path, times[1:], strict=True):
        _step(enquiry, status, at, rng)
    if enquiry.status in OPEN:
        _plan_follow_up(setting, enquiry, rng)


def assign(setting: Setting, enquiry: Enquiry, *, owner: Member, at: datetime) -> None:
    """Give the lead to an owner; that never changes its status."""
    enquiry.owner, enquiry.assigned_at = owner, at
    desk = setting.front_desk(enquiry.branch)
    names = {"old_owner_id": None, "old_owner": ""}
    names |= {"new_owner_id": owner.id, "new_owner": owner.name}
    status = enquiry.status
    enquiry.events.append(Event("assigned", at, desk, status, status, data=names))


def _step(enquiry: Enquiry, status: str, at: datetime, rng: Random) -> None:
    was_closed = enquiry.status not in OPEN
    enquiry.attempts += 1
    said = pick(remarks.REMARKS, rng) if status == PENDING or rng.random() < 0.6 else ""
    if was_closed:
        said, enquiry.reason = remarks.REOPENED_REASON, ""
    if status == LOST:
        enquiry.reason = pick(remarks.LOST_REASONS, rng)
    elif status == DISQUALIFIED:
        enquiry.reason = pick(remarks.DISQUALIFIED_REASONS, rng)
    enquiry.remarks = said or enquiry.remarks
    enquiry.events.append(
        Event(
            "reopened" if was_closed else "status_changed",
            at,
            enquiry.owner,
            old_status=enquiry.status,
            new_status=status,
            attempt=enquiry.attempts,
            remarks=said,
            data={"reason": enquiry.reason} if enquiry.reason else {},
        )
    )
    enquiry.status = status


def _plan_follow_up(setting: Setting, enquiry: Enquiry, rng: Random) -> None:
    chance = rng.random()
    if enquiry.status == NEW or (enquiry.status != PENDING and chance > 0.8):
        return
    if chance < 0.2:
        day = 0
    elif chance < 0.35:
        day = -1 - int(rng.random() * 5)  # overdue
    else:
        day = 1 + int(rng.random() * 14)
    hour, quarter = 9 + int(rng.random() * 10), 15 * int(rng.random() * 4)
    enquiry.follow_up_at = setting.at_local(days=day, hour=hour, minute=quarter)


def _mark(person: Person, enquiry: Enquiry) -> None:
    """What the lead tells about the person: their stage and when they were last active."""
    person.last_activity_at = max(person.last_activity_at, enquiry.last_activity_at)
    if enquiry.status == WON:
        person.stage, person.stage_changed_at = "customer", enquiry.last_activity_at
    elif enquiry.status in OPEN and person.stage == "prospect":
        person.stage, person.stage_changed_at = "lead", enquiry.received_at


def by_name(event: Event) -> str:
    """The name that stands beside the event."""
    return event.by.name if event.by else _SYSTEM
