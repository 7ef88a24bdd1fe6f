"""What years of service leave on a customer: notes, tags, consent, stages, ids of other systems."""

from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from crm.demo import remarks
from crm.demo.people import pick
from crm.demo.setting import Chunk, Person, Setting, new_id
from crm.demo.tables import Row, Rows

# How many of a hundred customers have one; later chunks are about numbers, not about stories.
_BASE = {"note": 0.22, "tag": 0.2, "consent": 0.4, "outside": 0.35}
_MORE = {"note": 0.03, "tag": 0.05, "consent": 0.05, "outside": 0.0}
_STAGES = ("prospect", "lead", "customer", "churned")
_SYSTEMS = {"golf": "Point of sale", "comedy": "Ticket platform", "grounds": "Quote tool"}


def settle_stages(setting: Setting, people: list[Person], rng: Random) -> None:
    """Give everybody a stage whom no lead has given one."""
    for person in people:
        if person.stage != "prospect" or person.stage_changed_at is not None:
            continue
        quiet = (setting.now - person.last_activity_at).days
        chance = rng.random()
        if chance < 0.12:
            continue
        person.stage = "churned" if quiet > 500 and chance < 0.5 else "customer"
        known = person.last_activity_at - person.created_at
        person.stage_changed_at = person.created_at + known * rng.random()


def trace_rows(setting: Setting, chunk: Chunk, people: list[Person], rng: Random) -> Rows:
    """The rows of everything that hangs on the chunk's customers."""
    shares = _BASE if chunk.is_base else _MORE
    rows: Rows = {
        "customers_note": [],
        "customers_customertag": [],
        "customers_consentevent": [],
        "customers_stagechange": [],
        "customers_externalidentity": [],
    }
    system = _SYSTEMS.get(setting.slug)
    for person in people:
        if chunk.is_base and person.stage != "prospect":
            rows["customers_stagechange"].extend(_stages(setting, person, rng))
        if rng.random() < shares["note"]:
            rows["customers_note"].append(_note(setting, person, pick(remarks.NOTES, rng), rng))
        if setting.tags and rng.random() < shares["tag"]:
            tag = setting.tags[int(len(setting.tags) * rng.random() ** 1.5)]
            rows["customers_customertag"].append((setting.company_id, person.id, tag))
        if rng.random() < shares["consent"]:
            rows["customers_consentevent"].extend(_consent(setting, person, rng))
        if system and rng.random() < shares["outside"]:
            rows["customers_externalidentity"].append(_outside(setting, person, system, rng))
    return rows


def note_row(setting: Setting, person: Person, text: str, rng: Random) -> Row:
    """A remark about the person, by somebody of the company."""
    return _note(setting, person, text, rng)


def _note(setting: Setting, person: Person, text: str, rng: Random) -> Row:
    at = person.created_at + (person.last_activity_at - person.created_at) * rng.random()
    author = pick(setting.staff, rng)
    company = setting.company_id
    return (new_id(at, rng), company, at, at, person.id, text, author.id, author.name)


def _stages(setting: Setting, person: Person, rng: Random) -> list[Row]:
    """The way to the present stage, one change after the other."""
    reached = person.stage_changed_at or person.created_at
    way = _STAGES[: _STAGES.index(person.stage) + 1]
    if person.stage == "customer" and rng.random() < 0.5:
        way = ("prospect", "customer")
    between = timedelta(days=3 + 40 * rng.random())
    rows: list[Row] = []
    for step, (old, new) in enumerate(pairwise(way)):
        left = len(way) - 2 - step
        at = max(person.created_at, reached - left * between)
        by, reason = pick(setting.staff, rng), pick(remarks.STAGE_REASONS[new], rng)
        row = (
            new_id(at, rng),
            setting.company_id,
            at,
            at,
            person.id,
            old,
            new,
            at,
            by.name,
            reason,
        )
        rows.append(row)
    return rows


def _consent(setting: Setting, person: Person, rng: Random) -> list[Row]:
    kinds = {contact.kind for contact in person.contacts}
    channels = ("email",) if "email" in kinds else ("sms", "phone")
    source = pick(remarks.CONSENT_SOURCES, rng)
    at = person.created_at
    events = [(channel, True, at) for channel in channels]
    if rng.random() < 0.15:
        events.append((channels[0], False, at + (person.last_activity_at - at) * rng.random()))
    return [
        (
            new_id(when, rng),
            setting.company_id,
            when,
            when,
            person.id,
            channel,
            granted,
            source if granted else "Asked to stop",
            when,
            "",
        )
        for channel, granted, when in events
    ]


def _outside(setting: Setting, person: Person, system: str, rng: Random) -> Row:
    at = person.created_at
    number = f"{rng.getrandbits(48):012x}"
    return (new_id(at, rng), setting.company_id, at, at, person.id, system, number)


def profile_link_rows(
    setting: Setting, people: list[Person], *, how_many: int, cast: list[Person], rng: Random
) -> list[Row]:
    """Profiles of the LINE app: every one has its customer but the last, who is still unknown.

    One of the cast is always among them.
    """
    others = [person for person in people if person not in cast]
    linked = cast[:1] + rng.sample(others, min(how_many - 2, len(others)))
    rows: list[Row] = []
    for person in linked:
        at = person.created_at + (person.last_activity_at - person.created_at) * rng.random()
        method = "phone" if person.contact("phone") and rng.random() < 0.8 else "manual"
        rows.append(_profile_link(setting, person.id, at, method, rng))
    rows.append(_profile_link(setting, None, setting.now - timedelta(days=3), "", rng))
    return rows


def _profile_link(
    setting: Setting, customer: str | None, at: datetime, method: str, rng: Random
) -> Row:
    profile = f"U{rng.getrandbits(128):032x}"
    by = "Switchboard" if method == "phone" else setting.staff[0].name
    return (
        new_id(setting.now, rng),
        setting.company_id,
        at,
        at,
        customer,
        "line",
        profile,
        method,
        "1.000" if customer else None,
        by if customer else "",
        at if customer else None,
        at if customer else None,
    )
