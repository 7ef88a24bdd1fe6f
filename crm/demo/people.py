"""Strangers: each with a name, a number, perhaps an e-mail, an address and a birthday."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import TypeVar

from crm.demo.businesses import Business
from crm.demo.names.australian import AUSTRALIAN
from crm.demo.names.style import NameStyle
from crm.demo.phones import POOLS, as_people_type
from crm.demo.places import COUNTRIES
from crm.demo.setting import Chunk, Contact, Person, Setting, new_id

T = TypeVar("T")

_EMAIL_DOMAINS = (
    "example.com",
    "mail.example",
    "example.org",
    "inbox.example",
    "example.net",
    "post.example",
)
_ORIGINS = ("manual", "import", "order", "walk_in", "lead", "chat", "api")
_SECOND_NUMBERS = 9_000_000  # from here on the pool's indexes are second numbers


def make_people(setting: Setting, chunk: Chunk, rng: Random) -> list[Person]:
    """The chunk's customers, the oldest first, each unlike the others."""
    business = setting.business
    ages = sorted((_age(setting, rng) for _ in range(chunk.customers)), reverse=True)
    people, taken = [], set[str]()
    for place, age in enumerate(ages):
        created_at = setting.in_opening_hours(setting.now - timedelta(seconds=int(age) + 600))
        person = _named(business, rng, created_at)
        person.code = code_of(chunk.first_code + place)
        _give_details(person, business, rng)
        index = chunk.first + place
        has_phone = _give_phones(person, business.region, index, rng)
        if not has_phone or rng.random() < 0.62:
            suffix = _suffix(chunk, index, rng)
            _give_email(person, suffix, taken, rng)
        # Many come once and never again; the others were here lately.
        quiet = 1.0 if rng.random() < 0.35 else rng.random() ** 2
        quiet_since = setting.now - timedelta(seconds=int(age * quiet) + 300)
        person.last_activity_at = max(created_at, setting.in_opening_hours(quiet_since))
        people.append(person)
    return people


def _age(setting: Setting, rng: Random) -> float:
    """For how many seconds somebody has been a customer: more came lately than long ago."""
    newcomers, chance = setting.business.newcomers, rng.random()
    if not newcomers:
        return setting.history * chance**1.3
    since = 0.0
    for days, share in newcomers:
        until = days * 86_400.0
        if chance < share:
            return since + (until - since) * chance / share
        chance, since = chance - share, until
    return since + (setting.history - since) * rng.random()


def code_of(number: int) -> str:
    """The code that the company's sequence gives this number."""
    return f"CUS-{number:06d}"


def _named(business: Business, rng: Random, created_at: datetime) -> Person:
    given, family, in_latin = draw_name(business, rng)
    return Person(
        id=new_id(created_at, rng),
        code="",
        created_at=created_at,
        last_activity_at=created_at,
        given_name=given,
        family_name=family,
        full_name=f"{given} {family}",
        email_name=email_name(in_latin),
    )


def draw_name(business: Business, rng: Random) -> tuple[str, str, str]:
    """Given name, family name, and both in Latin letters."""
    style = business.names
    chance = rng.random()
    if chance < business.script_share:
        given = pick(style.given_in_script, rng)
        family = pick(style.families_in_script, rng)
        return given[0], family[0], f"{given[1]} {family[1]}"
    if chance > 1 - business.foreign_share:
        style = AUSTRALIAN
    given_name, family_name = _of_style(style, rng)
    return given_name, family_name, f"{given_name} {family_name}"


def _of_style(style: NameStyle, rng: Random) -> tuple[str, str]:
    given_names = style.women if rng.random() < 0.52 else style.men
    given = given_names[int(len(given_names) * rng.random() ** 1.4)]
    family = style.families[int(len(style.families) * rng.random() ** 1.8)]
    return given, family


def pick(choices: Sequence[T], rng: Random) -> T:
    """One of them, each as likely as the others (quicker than `rng.choice`)."""
    return choices[int(len(choices) * rng.random())]


@lru_cache(maxsize=200_000)
def email_name(in_latin: str) -> str:
    """A name as it stands before the @: "ana.o-brien"."""
    plain = unicodedata.normalize("NFKD", in_latin.replace("'", "").replace("ł", "l"))
    return ".".join(plain.encode("ascii", "ignore").decode().lower().split())


def _give_details(person: Person, business: Business, rng: Random) -> None:
    country = COUNTRIES[business.region]
    if rng.random() < 0.6:
        person.address_line, person.city, person.postcode = country.address(rng)
        person.country = country.name
    elif rng.random() < 0.5:
        _, person.city, _ = country.address(rng)
    if rng.random() < 0.45:
        day = date(1946, 1, 1) + timedelta(days=int(rng.random() * 60 * 365))
        person.birthday = day.isoformat()
    if rng.random() < 0.5:
        person.language = pick(business.languages, rng)
    if rng.random() < 0.3:
        person.preferred_contact = pick(business.preferred_contacts, rng)
    person.origin = _ORIGINS[int(len(_ORIGINS) * rng.random() ** 1.5)]


def _give_phones(person: Person, region: str, index: int, rng: Random) -> bool:
    if rng.random() > 0.94:
        return False
    pool = POOLS[region]
    number = pool.number(index)
    typed = as_people_type(number, region, rng)
    person.contacts.append(Contact("phone", number, typed, is_primary=True, label="Mobile"))
    if rng.random() < 0.07:
        other = pool.number(_SECOND_NUMBERS + index)
        typed = as_people_type(other, region, rng)
        person.contacts.append(Contact("phone", other, typed, label="Work"))
    return True


def _suffix(chunk: Chunk, index: int, rng: Random) -> str:
    """What makes an address unlike that of a namesake: later chunks cannot see the others'."""
    if not chunk.is_base:
        return str(index)
    return "" if rng.random() < 0.5 else str(1 + int(rng.random() * 99))


def _give_email(person: Person, suffix: str, taken: set[str], rng: Random) -> None:
    address = f"{person.email_name}{suffix}@{pick(_EMAIL_DOMAINS, rng)}"
    while address in taken:
        address = f"{person.email_name}{100 + int(rng.random() * 9900)}@{pick(_EMAIL_DOMAINS, rng)}"
    taken.add(address)
    person.contacts.append(Contact("email", address, address, is_primary=True))
