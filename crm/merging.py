"""What becomes of a row when the customer it refers to is merged into another.

Each model says it beside its fields, in `on_merge`: a policy for each reference to a customer, and
for each JSON field (which could hide one). The system check customers.E001 fails where one is
missing, so a new table cannot be forgotten by merges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class LockStep(IntEnum):
    """When a merge locks the rows of a table: the order of docs/locking.md."""

    LEADS = 2
    CONTACT_POINTS = 3
    IDENTITIES = 4
    OTHERS = 5
    ORDERS = 6
    SEGMENTS = 7


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Rows go to the survivor and, when the merge is undone, back.

    `one` and `many` name a row to people (“note”, “notes”). `once_a_customer` are the fields that
    are unique within a customer: of two rows alike in them the survivor keeps one, and the other
    goes into the journal. `settled_by` names the settler (customers/merging/settlers.py) that
    solves such conflicts in a way of its own, such as two open leads at one branch. `known_by` are
    pairs of a kind of contact point and the column that holds one: by them a row that came after
    the merge shows whose it is.
    """

    one: str
    many: str
    step: LockStep = LockStep.OTHERS
    once_a_customer: Sequence[str] = ()
    settled_by: str = ""
    known_by: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Stays:
    """Rows stay with the record as it was: they tell its history. `why` says so to the reader."""

    why: str


@dataclass(frozen=True, kw_only=True)
class Derived:
    """Rows are worked out from others, by triggers or jobs, and follow by themselves."""

    why: str


@dataclass(frozen=True, kw_only=True)
class NoReference:
    """A JSON field that holds no id of a customer that anybody follows."""

    why: str


Policy = Moves | Stays | Derived | NoReference
