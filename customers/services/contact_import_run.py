"""The work of an import of people: batch after batch, each a transaction with its checkpoint."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.claims import ClaimLost
from crm.models import Company
from crm.models.file_import import ImportState
from crm.tabular.batches import batches
from crm.tabular.unreadable import UnreadableFile
from crm.tenancy import use_company
from customers.contact_files.rows import ContactRow
from customers.models import ContactImport, ContactImportProblem
from customers.services.contact_import.batch import (
    IsHere,
    Planned,
    RowEffects,
    enter_rows,
    refused,
    rehearse_rows,
    remarks_of,
)
from customers.services.contact_import.book import Book
from customers.services.contact_import.changes import record_changes
from customers.services.contact_import.kinds import kind_of
from customers.services.contact_import.newcomers import probably_here
from customers.services.contact_import.reading import read_row
from customers.services.contact_import.statistics import analyze_while_new
from customers.services.contact_imports import (
    COUNTS,
    acting_for,
    forget,
    imports,
    open_kept,
)

BATCH = 500
REFUSED = "The database cannot keep this row. Check its texts, or leave it out."
OnProgress = Callable[[ContactImport], None]


def run_import(
    *, company_id: int, import_id: UUID, on_progress: OnProgress | None = None
) -> ContactImport | None:
    """Go through a waiting file to its end, or until somebody stops it; None when others are at it.

    Call it outside of a transaction. A run that dies is taken up by the next one after a minute, at
    the row where it stood; a dry run begins anew. A row is entered once.
    """
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
        one = imports.take(import_id, (ImportState.WAITING, ImportState.RUNNING))
        if one is None:
            return None
        if one.state == ImportState.WAITING:
            ContactImport.objects.filter(pk=import_id).update(state=ImportState.RUNNING)
            one.state = ImportState.RUNNING
        if one.is_dry_run:
            forget(one)
    actor = acting_for(one, company, asked_by=one.started_by)
    try:
        _work(actor, one, on_progress)
    except ClaimLost:
        return None
    return one


def _work(actor: Actor, one: ContactImport, on_progress: OnProgress | None) -> None:
    step = _Rehearsal(actor, one) if one.is_dry_run else _Entering(actor, one)
    ended, error = ImportState.DONE, ""
    try:
        rows = islice(iter(open_kept(one)), one.rows_done, None)
        for number, batch in enumerate(batches(rows, BATCH), start=1):
            with use_company(actor.company.pk):
                if ContactImport.objects.filter(pk=one.pk, cancel_requested=True).exists():
                    ended = ImportState.CANCELLED
                    break
                planned = step(batch)
                _keep_remarks(actor, one, planned)
                _count(one, planned)
            if not one.is_dry_run:
                with use_company(actor.company.pk):
                    analyze_while_new(number)
            if on_progress is not None:
                on_progress(one)
    except UnreadableFile as unreadable:
        ended, error = ImportState.FAILED, unreadable.message[:500]
    with use_company(actor.company.pk):
        _end(actor, one, ended, error)


class _Step:
    """What is done with a batch of rows."""

    def __init__(self, actor: Actor, one: ContactImport) -> None:
        self.actor, self.one = actor, one
        self.regions = [one.options["region"]]
        kind = kind_of(one.kind)
        self.make_effects: Callable[[], RowEffects] | None = None
        if kind.make_effects is not None:
            self.make_effects = partial(kind.make_effects, actor, one)
        self.is_here: IsHere | None = None
        if one.options.get("asks_who_is_here"):
            self.is_here = partial(probably_here, actor)

    def __call__(self, batch: Sequence[ContactRow]) -> list[Planned]:
        raise NotImplementedError


class _Rehearsal(_Step):
    """Nothing is written; one book and one set of effects remember what would have been."""

    def __init__(self, actor: Actor, one: ContactImport) -> None:
        super().__init__(actor, one)
        self.book = Book()
        self.effects = self.make_effects() if self.make_effects else None

    def __call__(self, batch: Sequence[ContactRow]) -> list[Planned]:
        return rehearse_rows(
            self.book,
            batch,
            actor=self.actor,
            regions=self.regions,
            effects=self.effects,
            is_here=self.is_here,
        )


class _Entering(_Step):
    """The rows are entered; one that the database refuses is found by halving, and told."""

    def __call__(self, batch: Sequence[ContactRow]) -> list[Planned]:
        try:
            with transaction.atomic():
                planned, book = enter_rows(
                    batch,
                    actor=self.actor,
                    regions=self.regions,
                    make_effects=self.make_effects,
                    is_here=self.is_here,
                )
                record_changes(self.actor, self.one, book)
                return planned
        except (DataError, IntegrityError):
            if len(batch) == 1:
                incoming = read_row(batch[0], regions=self.regions)
                return [Planned(batch[0], incoming, refused(REFUSED, sort="database_error"))]
        half = len(batch) // 2
        return [*self(batch[:half]), *self(batch[half:])]


def _keep_remarks(actor: Actor, one: ContactImport, planned: Sequence[Planned]) -> None:
    ContactImportProblem.objects.bulk_create(_problems(actor, one, planned))


def _problems(
    actor: Actor, one: ContactImport, planned: Sequence[Planned]
) -> Iterator[ContactImportProblem]:
    for row in planned:
        for remark in remarks_of(row):
            yield ContactImportProblem(
                company=actor.company,
                contact_import=one,
                row=remark.row,
                column=remark.column[:200],
                message=remark.message[:500],
                sort=remark.sort,
                was_entered=remark.was_entered,
            )


def _count(one: ContactImport, planned: Sequence[Planned]) -> None:
    found = Counter(f"{row.verdict.outcome.value}_rows" for row in planned)
    sums = {name: getattr(one, name) + found[name] for name in COUNTS}
    imports.save(one, rows_done=one.rows_done + len(planned), **sums)


def _end(actor: Actor, one: ContactImport, state: ImportState, error: str) -> None:
    values = {"rows_total": one.rows_done} if state == ImportState.DONE else {}
    imports.save(one, state=state, error=error, finished_at=timezone.now(), **values)
    if one.is_dry_run:
        return
    audit.record(
        actor=actor,
        action=f"contactimport.{state}",
        subject=one,
        new={name: getattr(one, name) for name in (*COUNTS, "rows_done")},
    )
