"""Leads from the time before customers: nobody has linked them yet (`backfill_customers` does)."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from crm.demo.enquiries import (
    DISQUALIFIED,
    LOST,
    QUALIFIED,
    WON,
    WORKING,
    Enquiry,
    live_through,
    new_enquiry,
)
from crm.demo.people import draw_name, pick
from crm.demo.phones import POOLS, as_people_type
from crm.demo.setting import Contact, Person, Setting

_FIRST_INDEX = 18_000_000  # of the numbers that only legacy leads have
# Whole, but nobody's: a search for the first digits of a number should find who has it.
_UNREADABLE = ("0000000000", "not given", "call the office", "1111 111 111", "wife's number", "")
_PATHS = ((), (WORKING,), (QUALIFIED,), (WORKING, LOST), (DISQUALIFIED,), (QUALIFIED, WON))


def make_legacy_enquiries(
    setting: Setting, people: Sequence[Person], *, how_many: int, first: int, rng: Random
) -> list[Enquiry]:
    """Leads without a customer: with the number of a customer, of nobody yet, or unreadable."""
    region = setting.business.region
    own = [person for person in people if _phone(person, shared=False)]
    families = [person for person in people if _phone(person, shared=True)]
    enquiries = []
    for place in range(how_many):
        given, family, _ = draw_name(setting.business, rng)
        name, chance = f"{given} {family}", rng.random()
        if chance < 0.3 and own:
            person = pick(own, rng)
            number, name = _number(person, shared=False), person.full_name
        elif chance < 0.38 and families:
            person = pick(families, rng)
            number, name = _number(person, shared=True), person.full_name
        elif chance < 0.48:
            number = ""
        else:
            # Every third number calls again and again.
            caller = place if chance < 0.8 else place // 12
            number = POOLS[region].number(_FIRST_INDEX + first + caller)
        typed = as_people_type(number, region, rng) if number else pick(_UNREADABLE, rng)
        enquiries.append(_enquiry(setting, name if chance < 0.95 else "", number, typed, rng))
    return enquiries


def _phone(person: Person, *, shared: bool) -> Contact | None:
    for contact in person.contacts:
        if contact.kind == "phone" and contact.is_shared is shared:
            return contact
    return None


def _number(person: Person, *, shared: bool) -> str:
    contact = _phone(person, shared=shared)
    return contact.value if contact else ""


def _enquiry(setting: Setting, name: str, number: str, typed: str, rng: Random) -> Enquiry:
    span = setting.history
    enquiry = new_enquiry(
        setting,
        branch=int(len(setting.branches) * rng.random()),
        received_at=setting.in_opening_hours(
            setting.now - timedelta(seconds=int(span * (0.2 + 0.8 * rng.random())))
        ),
        full_name=name,
        phone=number,
        typed=typed,
        rng=rng,
    )
    live_through(setting, enquiry, path=pick(_PATHS, rng), rng=rng)
    return enquiry
