"""Who there is: singles, families (couples, twins, a father and a son of one name), offices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from crm.demo.names.american import AMERICAN
from crm.demo.names.australian import AUSTRALIAN
from crm.demo.names.style import words
from crm.demo.people import email_name
from crm.demo.phones import POOLS
from crm.demo.places import COUNTRIES

COUNTRY = COUNTRIES["AU"]
NUMBERS = POOLS["AU"]
WOMEN = tuple(dict.fromkeys(AMERICAN.women + AUSTRALIAN.women))
MEN = tuple(dict.fromkeys(AMERICAN.men + AUSTRALIAN.men))
FAMILIES = tuple(dict.fromkeys(AUSTRALIAN.families + AMERICAN.families))
STATES = {"2": "NSW", "3": "VIC", "4": "QLD", "5": "SA", "6": "WA", "7": "TAS"}
MAIL = ("gmail.example", "mail.example", "inbox.example", "post.example", "example.net")
TRADES = ("Plumbing", "Dental", "Travel", "Motors", "Legal", "Interiors", "Catering", "Logistics")
SYLLABLES = words("ba be bi bo da de di do ga go ka ke ki ko la le li lo ma me mi mo na ne ni no")
ENDINGS = words("ard berg sen ski tov well wick ham ley man ne ros son ton vic")
RARE = 0.3  # of surnames: every population has a long tail
PER_PERSON = 3  # numbers that one person may have, so that nobody else draws them
POOL_OF_HOMES = 12_000_000  # from here on the numbers of homes; those of people stay below


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as they are, before anybody types them."""

    given: str
    family: str
    is_woman: bool
    middle: str
    born: date
    address: str
    city: str
    postcode: str
    region: str
    phones: tuple[str, ...]  # E.164, the own mobile first
    emails: tuple[str, ...]
    organisation: str = ""


Circle = Sequence[Somebody]


def single(rng: Random, number: int) -> Circle:
    """One person who lives alone."""
    return [_somebody(rng, number, _surname(rng), _address(rng))]


def family(rng: Random, number: int) -> Circle:
    """A couple at one address, most with children; they share surname, phone or mailbox often."""
    home, surname = _address(rng), _surname(rng)
    other = surname if rng.random() < 0.75 else _surname(rng)
    year = 1945 + int(rng.random() * 45)
    couple = [
        _somebody(rng, number, surname, home, born=_born(rng, year), is_woman=False),
        _somebody(rng, number + 1, other, home, born=_born(rng, year), is_woman=True),
    ]
    children = _children(rng, number + 2, couple[0], home, year)
    return _sharing(rng, [*couple, *children])


def _children(
    rng: Random, number: int, father: Somebody, home: tuple[str, str, str], year: int
) -> list[Somebody]:
    many = rng.choices((0, 1, 2, 3), (40, 25, 25, 10))[0]
    children: list[Somebody] = []
    for place in range(many):
        born = _born(rng, year + 22 + 3 * place)
        child = _somebody(rng, number + place, father.family, home, born=born)
        if children and rng.random() < 0.15:
            child = replace(child, born=children[-1].born)  # twins
        if not place and not child.is_woman and rng.random() < 0.08:
            child = replace(child, given=father.given)
        children.append(child)
    return children


def _sharing(rng: Random, members: list[Somebody]) -> Circle:
    home_number = NUMBERS.number(POOL_OF_HOMES + int(rng.random() * POOL_OF_HOMES))
    mailbox = members[0].emails[0]
    has_phone, has_mailbox = rng.random() < 0.6, rng.random() < 0.3
    shared = []
    for member in members:
        phones, emails = member.phones, member.emails
        if has_phone and rng.random() < 0.8:
            phones = (home_number,) if rng.random() < 0.5 else (*phones, home_number)
        if has_mailbox and rng.random() < 0.7:
            emails = (mailbox,)
        shared.append(replace(member, phones=phones, emails=emails))
    return shared


def office(rng: Random, number: int) -> Circle:
    """Colleagues: a switchboard, a mailbox at the same firm, some without a number of their own."""
    name = f"{_surname(rng)} {TRADES[int(rng.random() * len(TRADES))]}"
    domain = f"{email_name(name).replace('.', '')}.example"
    switchboard = NUMBERS.number(2 * POOL_OF_HOMES + number)
    colleagues = []
    for place in range(3 + int(rng.random() ** 2 * 25)):
        person = _somebody(rng, number + place, _surname(rng), _address(rng))
        phones, emails = person.phones, person.emails
        if rng.random() < 0.7:
            phones = (switchboard,) if rng.random() < 0.4 else (*phones, switchboard)
        chance = rng.random()
        if chance < 0.3:
            emails = (f"office@{domain}",)
        elif chance < 0.7:
            emails = (f"{person.given[0]}.{person.family}@{domain}".lower(), *emails)
        colleagues.append(replace(person, phones=phones, emails=emails, organisation=name))
    return colleagues


def _somebody(
    rng: Random,
    number: int,
    surname: str,
    home: tuple[str, str, str],
    *,
    born: date | None = None,
    is_woman: bool | None = None,
) -> Somebody:
    woman = rng.random() < 0.52 if is_woman is None else is_woman
    given = _given(rng, woman)
    address, city, postcode = home
    return Somebody(
        given=given,
        family=surname,
        is_woman=woman,
        middle=_given(rng, woman) if rng.random() < 0.3 else "",
        born=born or _born(rng, 1940 + int(rng.random() * 65)),
        address=address,
        city=city,
        postcode=postcode,
        region=STATES.get(postcode[0], ""),
        phones=(NUMBERS.number(number * PER_PERSON),),
        emails=(_email(rng, given, surname, number),),
    )


def _email(rng: Random, given: str, surname: str, number: int) -> str:
    """From the name in half of the cases; a nickname of a mailbox otherwise."""
    domain = MAIL[int(len(MAIL) * rng.random() ** 2)]
    if rng.random() < 0.5:
        tail = "" if rng.random() < 0.4 else str(int(rng.random() * 100))
        return f"{email_name(f'{given} {surname}')}{tail}@{domain}"
    return f"{_word(rng)}{_word(rng)}{number % 10_000}@{domain}"


def _address(rng: Random) -> tuple[str, str, str]:
    return COUNTRY.address(rng)


def _born(rng: Random, year: int) -> date:
    return date(min(year, 2008), 1, 1) + timedelta(days=int(rng.random() * 365))


def _given(rng: Random, woman: bool) -> str:
    names = WOMEN if woman else MEN
    return names[int(len(names) * rng.random() ** 1.6)]


def _surname(rng: Random) -> str:
    if rng.random() < RARE:
        return _rare_surname(int(40_000 * rng.random() ** 1.5))
    return FAMILIES[int(len(FAMILIES) * rng.random() ** 2)]


@lru_cache(maxsize=50_000)
def _rare_surname(number: int) -> str:
    rng = Random(number)
    return f"{_word(rng)}{ENDINGS[int(rng.random() * len(ENDINGS))]}".capitalize()


def _word(rng: Random) -> str:
    many = 1 + int(rng.random() * 2)
    return "".join(SYLLABLES[int(rng.random() * len(SYLLABLES))] for _ in range(1 + many))
