"""What is compared of two records, and in which levels: the one table of both.

The levels are found by the SQL functions `duplicate_<field>_level`; here stands what each one says
to people, and how often two records of *one person* show it. These shares are fixed beforehand
(from labelled sets of several kinds), because learnt without labels they drift into families.
Level 0 is “not known of one of them” and says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

BITS_A_FIELD = 4  # in a pattern, which holds the levels of all fields in one number


@dataclass(frozen=True)
class Level:
    """One way in which two values compare. `same_person` is a share, before they are made one."""

    words: str
    same_person: float


@dataclass(frozen=True)
class Field:
    """Something that is compared; a level's number is its place in `levels`."""

    name: str
    levels: Sequence[Level]


UNKNOWN = Level("not known of both", 0.0)

FIELDS: Sequence[Field] = (
    Field(
        "given name",
        (
            UNKNOWN,
            Level("other given name", 0.05),
            Level("given name fits the initial", 0.04),
            Level("given name spelled almost alike", 0.09),
            Level("given name is a short form of the other", 0.09),
            Level("same given name, a common one", 0.30),
            Level("same given name", 0.20),
            Level("other given name with the same initial", 0.015),
            Level("given and family name swapped", 0.03),
            Level("same given name, a rare one", 0.17),
        ),
    ),
    Field(
        "family name",
        (
            UNKNOWN,
            Level("other family name", 0.05),
            Level("family name is part of the other", 0.03),
            Level("family name spelled almost alike", 0.09),
            Level("family name sounds alike", 0.02),
            Level("same family name, a common one", 0.30),
            Level("same family name", 0.30),
            Level("same family name, a rare one", 0.21),
        ),
    ),
    Field(
        "middle name",
        (
            UNKNOWN,
            Level("other middle name", 0.10),
            Level("same middle initial", 0.15),
            Level("same middle name", 0.75),
        ),
    ),
    Field(
        "birthday",
        (
            UNKNOWN,
            Level("other birthday", 0.04),
            Level("birthday partly the same", 0.06),
            Level("birthday differs by one digit, or day and month swapped", 0.10),
            Level("same birthday", 0.80),
        ),
    ),
    Field(
        "address",
        (
            UNKNOWN,
            Level("other address", 0.30),
            Level("address almost the same", 0.15),
            Level("same address, which many share", 0.05),
            Level("same address", 0.50),
        ),
    ),
    Field(
        "city",
        (
            UNKNOWN,
            Level("other city", 0.15),
            Level("city almost the same", 0.07),
            Level("same city, a common one", 0.38),
            Level("same city", 0.40),
        ),
    ),
    Field(
        "postcode",
        (
            UNKNOWN,
            Level("other postcode", 0.18),
            Level("postcode almost the same", 0.12),
            Level("same postcode", 0.70),
        ),
    ),
    Field(
        "region",
        (UNKNOWN, Level("other region", 0.12), Level("same region", 0.88)),
    ),
    Field(
        "organisation",
        (
            UNKNOWN,
            Level("other organisation", 0.15),
            Level("organisation almost the same", 0.10),
            Level("same organisation, a large one", 0.20),
            Level("same organisation", 0.55),
        ),
    ),
    Field(
        "occupation",
        (
            UNKNOWN,
            Level("other job", 0.15),
            Level("job almost the same", 0.05),
            Level("same job, a common one", 0.30),
            Level("same job", 0.50),
        ),
    ),
    Field(
        "e-mail",
        (
            UNKNOWN,
            Level("other e-mail", 0.33),
            Level("e-mail with the same mailbox at another provider", 0.02),
            Level("same e-mail, which many use", 0.02),
            Level("e-mail differs by a typing error", 0.06),
            Level("same e-mail, which a family shares", 0.10),
            Level("same private e-mail", 0.45),
            Level("e-mail with the same mailbox, made of the name, at another provider", 0.03),
        ),
    ),
    Field(
        "phone",
        (
            UNKNOWN,
            Level("other phone", 0.35),
            Level("phone differs by one digit or in its area code", 0.07),
            Level("same phone, which many use", 0.03),
            Level("", 0.01),
            Level("same phone, which a family shares", 0.10),
            Level("same private phone", 0.44),
        ),
    ),
)


def levels_of(pattern: int) -> tuple[int, ...]:
    """The level of each field, in the order of `FIELDS`."""
    return tuple(pattern >> (BITS_A_FIELD * place) & 15 for place in range(len(FIELDS)))


def pattern_of(levels: Sequence[int]) -> int:
    """The number that holds these levels, as `duplicate_pattern` makes it."""
    return sum(level << (BITS_A_FIELD * place) for place, level in enumerate(levels))
