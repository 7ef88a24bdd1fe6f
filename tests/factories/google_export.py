"""An address book as Google Contacts exports it, of any size, of invented people.

The same seed gives the same file. Mobiles are unique unless a family shares one; they are
written as people of the country write them. `ExportedPerson.mobile` says what the import must
find each person by.
"""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = [
    "First Name",
    "Middle Name",
    "Last Name",
    "Organization Name",
    "Birthday",
    "Notes",
    "Labels",
    "E-mail 1 - Label",
    "E-mail 1 - Value",
    "Phone 1 - Label",
    "Phone 1 - Value",
    "Phone 2 - Label",
    "Phone 2 - Value",
]
_GIVEN = [
    "Olivia",
    "Jack",
    "Noor",
    "Priya",
    "Arun",
    "Somchai",
    "Malee",
    "Chloé",
    "Zoë",
    "Mei",
    "Ravi",
]
_FAMILY = ["Harper", "Raman", "Mehta", "Jaidee", "O’Neill", "Singh", "Nguyễn", "Suksan", "Costa"]
_TAGS = ["Navy", "Season ticket", "Newsletter", "Tuesday group"]
_FAMILY_SHARE = 0.1  # of the people, how many list the mobile of the one before them
_SECOND_PHONE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """How mobiles of a country look: what stands before the free digits, and its ways to write."""

    country_code: str
    prefix: str
    free_digits: int
    styles: tuple[str, ...]  # "#" is a digit of the national number, "0" the trunk zero


PLANS = {
    "AU": Plan("61", "4", 8, ("0### ### ###", "+61 ### ### ###", "0061 #########", "#########")),
    "IN": Plan("91", "9", 9, ("##########", "0##########", "+91 ##### #####", "91##########")),
    "TH": Plan("66", "8", 8, ("0##-###-####", "0#########", "+66 ## ### ####", "66#########")),
}


@dataclass(frozen=True, slots=True)
class ExportedPerson:
    """One row of the export, and the mobile behind the way it is written."""

    cells: dict[str, str]
    mobile: str  # E.164
    shares_mobile: bool  # with the person before


def google_people(count: int, *, region: str = "AU", seed: int = 1) -> Iterator[ExportedPerson]:
    """`count` people whose phones are of `region`, which is AU, IN or TH."""
    chance = random.Random(seed)
    plan = PLANS[region]
    national = ""
    family = ""
    for number in range(count):
        shares = number > 0 and chance.random() < _FAMILY_SHARE
        if not shares:
            national = _mobile(plan, number)
            family = chance.choice(_FAMILY)
        yield ExportedPerson(
            cells=_cells(chance, plan, number, national, family),
            mobile=f"+{plan.country_code}{national}",
            shares_mobile=shares,
        )


def google_export(count: int, *, region: str = "AU", seed: int = 1) -> bytes:
    """The file: UTF-8 with byte-order mark, CRLF, as Google writes it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(person.cells for person in google_people(count, region=region, seed=seed))
    return text.getvalue().encode("utf-8-sig")


def _mobile(plan: Plan, number: int) -> str:
    # 7,654,321 shares no factor with a power of ten: the numbers are scattered, none comes twice.
    scattered = (20_317_643 + number * 7_654_321) % 10**plan.free_digits
    return f"{plan.prefix}{scattered:0{plan.free_digits}d}"


def _cells(
    chance: random.Random, plan: Plan, number: int, national: str, family: str
) -> dict[str, str]:
    given = chance.choice(_GIVEN)
    cells = {
        "First Name": given,
        "Last Name": family,
        "Labels": " ::: ".join(["* myContacts", *chance.sample(_TAGS, chance.randint(0, 2))]),
        "Phone 1 - Label": "* Mobile",
        "Phone 1 - Value": _written(chance.choice(plan.styles), national),
    }
    if chance.random() < 0.6:
        cells["E-mail 1 - Label"] = "* Home"
        cells["E-mail 1 - Value"] = f"person{number}@example.com"
    if chance.random() < _SECOND_PHONE_SHARE:
        # Numbered from the far end, so that it is nobody's first phone.
        second = _mobile(plan, 10**plan.free_digits - 1 - number)
        cells["Phone 2 - Label"] = "Work"
        cells["Phone 2 - Value"] = _written(plan.styles[0], second)
    if chance.random() < 0.3:
        cells["Birthday"] = f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02d}-11"
    if chance.random() < 0.1:
        cells["Notes"] = "Met at the open day,\nprefers a call"
    return cells


def _written(style: str, national: str) -> str:
    digits = iter(national)
    return "".join(next(digits) if sign == "#" else sign for sign in style)
