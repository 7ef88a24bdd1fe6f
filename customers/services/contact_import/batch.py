"""Some hundred rows at once: decided for, written, and what there is to say of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import OperationalError, transaction

from crm.actors import Actor
from crm.errors import Conflict
from customers.contact_files.rows import ContactRow
from customers.merging.retrying import lost_to_others
from customers.services.contact_import.book import Book
from customers.services.contact_import.planning import Verdict, plan_row
from customers.services.contact_import.reading import Incoming, read_row
from customers.services.contact_import.report import Remark, RowOutcome
from customers.services.contact_import.writing import write
from customers.services.new_customer import ValueTaken

ATTEMPTS = 5
IsHere = Callable[[Incoming], str]


@dataclass(frozen=True, slots=True)
class Planned:
    """A row, and what becomes of it."""

    row: ContactRow
    incoming: Incoming
    verdict: Verdict


class RowEffects(Protocol):
    """What a kind of import does with rows beyond their people: leads are made of them."""

    def refuse(self, rows: Sequence[ContactRow]) -> Mapping[int, Verdict]:
        """The rows that cannot be taken, by number: their people are not entered either."""

    def plan(self, planned: Sequence[Planned]) -> list[Planned]:
        """What becomes of the rows, now that their people are known."""

    def write(self) -> None:
        """Write what was planned, in the transaction of the people."""


def enter_rows(
    rows: Sequence[ContactRow],
    *,
    actor: Actor,
    regions: Sequence[str],
    make_effects: Callable[[], RowEffects] | None = None,
    is_here: IsHere | None = None,
) -> tuple[list[Planned], Book]:
    """Enter a batch in the transaction that is open, or in none of its parts.

    When somebody else takes a number meanwhile, it looks again. Raises Conflict `busy`.
    """
    incoming = [read_row(row, regions=regions) for row in rows]
    for _ in range(ATTEMPTS):
        book, effects = Book(), make_effects() if make_effects else None
        try:
            with transaction.atomic():
                book.load(incoming, lock=True)
                planned = _plan(book, rows, incoming, actor, effects, is_here)
                write(book, actor=actor)
                if effects is not None:
                    effects.write()
        except ValueTaken:
            continue
        except OperationalError as error:
            if not lost_to_others(error):  # a circle with a merge
                raise
            continue
        return planned, book
    raise Conflict(
        "Others keep changing the same customers. Start the import again: what is entered stays.",
        code="busy",
    )


def rehearse_rows(
    book: Book,
    rows: Sequence[ContactRow],
    *,
    actor: Actor,
    regions: Sequence[str],
    effects: RowEffects | None = None,
    is_here: IsHere | None = None,
) -> list[Planned]:
    """What would become of a batch. The book holds what the batches before it would have done."""
    incoming = [read_row(row, regions=regions) for row in rows]
    book.load(incoming, lock=False)
    return _plan(book, rows, incoming, actor, effects, is_here)


def remarks_of(planned: Planned) -> Iterator[Remark]:
    """What a person should look at in the row."""
    verdict = planned.verdict
    told = [(one.column, one.message, "validation") for one in planned.incoming.problems]
    if verdict.doubt:
        told.append((verdict.column, verdict.doubt, verdict.sort))
    if planned.incoming.is_lost and not told:
        told.append(("", "The row has no name, no phone and no e-mail.", "validation"))
    for column, message, sort in told:
        yield Remark(
            row=planned.row.row_number,
            column=column,
            outcome=verdict.outcome,
            message=message,
            was_entered=verdict.was_entered,
            sort=sort,
        )


def refused(doubt: str, *, column: str = "", sort: str = "validation") -> Verdict:
    """The verdict over a row that is left out."""
    outcome = RowOutcome.DUPLICATE if sort == "duplicate" else RowOutcome.BAD
    return Verdict(outcome, was_entered=False, doubt=doubt, column=column, sort=sort)


def _plan(
    book: Book,
    rows: Sequence[ContactRow],
    incoming: Sequence[Incoming],
    actor: Actor,
    effects: RowEffects | None,
    is_here: IsHere | None,
) -> list[Planned]:
    out = effects.refuse(rows) if effects is not None else {}
    planned = [
        Planned(row, one, out.get(row.row_number) or plan_row(book, one, actor, is_here=is_here))
        for row, one in zip(rows, incoming, strict=True)
    ]
    return effects.plan(planned) if effects is not None else planned
