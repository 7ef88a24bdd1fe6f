"""Settlers: what a kind of row needs beyond moving. Apps above register theirs when they start."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from crm.actors import Actor
from crm.errors import Conflict
from customers.merging.journal import Journal
from customers.merging.returning import ReturningRows
from customers.models import Customer


@dataclass(frozen=True, kw_only=True)
class MergeConflict:
    """A question that only a person can really answer. `options` are (value, words)."""

    key: str
    question: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, kw_only=True)
class Participants:
    """Who is merged: the survivor, and those that it takes in, in the order that was given."""

    survivor: Customer
    absorbed: Sequence[Customer]
    choices: Mapping[str, str] = field(default_factory=dict)
    solutions: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> list[Customer]:
        """The survivor first."""
        return [self.survivor, *self.absorbed]

    @property
    def ids(self) -> list[UUID]:
        """The survivor's first."""
        return [one.pk for one in self.all]

    @property
    def absorbed_ids(self) -> list[UUID]:
        """Without the survivor's."""
        return [one.pk for one in self.absorbed]

    def solution(self, conflict: MergeConflict) -> str:
        """What was decided about a conflict. Raises Conflict `unsolved`."""
        value = self.solutions.get(conflict.key, conflict.chosen)
        if value not in {option for option, _ in conflict.options}:
            raise Conflict(conflict.question, code="unsolved", details={"key": conflict.key})
        return value


class Settler(Protocol):
    """Solves the conflicts of one relation. Every method costs a fixed number of statements."""

    def conflicts(self, participants: Participants) -> Sequence[MergeConflict]:
        """What a person should decide before."""

    def before_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """Make the rows fit, while each is still with its record. Writes journal lines."""

    def after_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """What can only be done when all rows are the survivor's."""

    def watch(self, customer_ids: Collection[UUID]) -> Callable[[], None]:
        """Look before rows of these customers change, by a merge or its undoing.

        The answer is called when they have changed.
        """

    def reads(self) -> Sequence[str]:
        """Columns that `returning` must know, beside those that merges changed."""

    def returning(self, plan: ReturningRows) -> None:
        """Make the rows that an undoing gives back fit together, before they are written."""


class Nothing:
    """A settler that does nothing; the base of those that do less than everything."""

    def conflicts(self, participants: Participants) -> Sequence[MergeConflict]:
        """No questions."""
        return ()

    def before_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """Nothing to fit."""

    def after_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """Nothing to do."""

    def watch(self, customer_ids: Collection[UUID]) -> Callable[[], None]:
        """Nothing to look at."""
        return _nothing

    def reads(self) -> Sequence[str]:
        """No further columns."""
        return ()

    def returning(self, plan: ReturningRows) -> None:
        """They fit."""


def _nothing() -> None:
    """Nothing happens."""


_settlers: dict[str, Settler] = {}
_taking_back: dict[str, Callable[[UUID], None]] = {}


def register_settler(name: str, settler: Settler) -> None:
    """Let `settled_by=name` mean this settler; called in `AppConfig.ready()`."""
    _settlers[name] = settler


def settler_of(name: str) -> Settler:
    """The settler of a relation; one that does nothing where it names none. Raises KeyError."""
    return _settlers[name] if name else Nothing()


def register_taking_back(relation: str, take_back: Callable[[UUID], None]) -> None:
    """Name what removes the rows that a merge (by its id) has added; in `AppConfig.ready()`."""
    _taking_back[relation] = take_back


def take_back_added(relation: str, merge_id: UUID) -> None:
    """Remove the rows of the relation that the merge has added. Raises KeyError."""
    _taking_back[relation](merge_id)
