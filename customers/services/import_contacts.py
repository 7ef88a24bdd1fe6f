"""A whole address book becomes customers: fast, in batches, and safe to repeat."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from django.db import OperationalError, transaction

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict
from crm.roles import Action
from crm.tabular.unreadable import UnreadableFile
from crm.tenancy import use_company
from customers.contact_files.rows import ContactRow
from customers.merging.retrying import lost_to_others
from customers.services.contact_entries import regions_of
from customers.services.contact_import.book import Book
from customers.services.contact_import.planning import Verdict, plan_row
from customers.services.contact_import.reading import Incoming, read_row
from customers.services.contact_import.report import ImportReport, Remark, RowOutcome
from customers.services.contact_import.statistics import analyze_while_new
from customers.services.contact_import.writing import write
from customers.services.new_customer import ValueTaken

BATCH = 500
ATTEMPTS = 5


def import_contacts(
    *,
    actor: Actor,
    rows: Iterable[ContactRow],
    region: str = "",
    dry_run: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Enter the people of a contact file, 500 rows a transaction; `on_progress` hears the count.

    Every row is new, updated (blanks filled, phones added), unchanged, doubtful or bad; customers
    are recognised by phone or e-mail together with the name (contact_import/planning.py). Numbers
    are read for `region`, by default the company's. A second run changes nothing, so an
    interrupted import is just started again. A dry run says the same and writes nothing.
    """
    actor.require(Action.IMPORT_CUSTOMERS)
    regions = [region] if region else regions_of(actor)
    report = ImportReport(is_dry_run=dry_run)
    book = Book()  # a dry run's only one: what it would have written is nowhere else
    for number, batch in enumerate(_batches(_readable(rows, report)), start=1):
        incoming = [read_row(row, regions=regions) for row in batch]
        if dry_run:
            with use_company(actor.company.pk):
                book.load(incoming, lock=False)
            verdicts = [plan_row(book, row, actor) for row in incoming]
        else:
            verdicts = _enter(incoming, actor)
            with use_company(actor.company.pk):
                analyze_while_new(number)
        _report(report, incoming, verdicts)
        if on_progress is not None:
            on_progress(report.rows)
    if not dry_run:
        with use_company(actor.company.pk):
            audit.record(
                actor=actor,
                action="customers.imported",
                subject=actor.company,
                new=report.sums(),
            )
    return report


def _readable(rows: Iterable[ContactRow], report: ImportReport) -> Iterator[ContactRow]:
    """The rows up to where the file stops making sense; the report says so."""
    try:
        yield from rows
    except UnreadableFile as error:
        report.stopped = error.message


def _batches(rows: Iterator[ContactRow]) -> Iterator[list[ContactRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _enter(incoming: Sequence[Incoming], actor: Actor) -> list[Verdict]:
    """One batch in one transaction. When somebody else takes a number meanwhile, look again."""
    with use_company(actor.company.pk):
        for _ in range(ATTEMPTS):
            book = Book()
            try:
                with transaction.atomic():
                    book.load(incoming, lock=True)
                    verdicts = [plan_row(book, row, actor) for row in incoming]
                    write(book, actor=actor)
            except ValueTaken:
                continue
            except OperationalError as error:
                if not lost_to_others(error):  # a circle with a merge
                    raise
                continue
            return verdicts
    raise Conflict(
        "Others keep changing the same customers. Start the import again: what is entered stays.",
        code="busy",
    )


def _report(
    report: ImportReport, incoming: Sequence[Incoming], verdicts: Sequence[Verdict]
) -> None:
    for row, verdict in zip(incoming, verdicts, strict=True):
        report.rows += 1
        report.outcomes[verdict.outcome] += 1
        if verdict.was_entered and verdict.outcome in (RowOutcome.DOUBTFUL, RowOutcome.BAD):
            report.entered[verdict.outcome] += 1
        told = [(problem.column, problem.message) for problem in row.problems]
        if verdict.doubt:
            told.append((verdict.column, verdict.doubt))
        if row.is_lost and not told:
            told.append(("", "The row has no name, no phone and no e-mail."))
        report.remarks += [
            Remark(
                row=row.row_number,
                column=column,
                outcome=verdict.outcome,
                message=message,
                was_entered=verdict.was_entered,
            )
            for column, message in told
        ]
