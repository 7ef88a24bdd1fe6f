"""A whole address book becomes customers: fast, in batches, and safe to repeat."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from crm import audit
from crm.actors import Actor
from crm.roles import Action
from crm.tabular.unreadable import UnreadableFile
from crm.tenancy import use_company
from customers.contact_files.rows import ContactRow
from customers.services.contact_entries import regions_of
from customers.services.contact_import.batch import (
    Planned,
    enter_rows,
    rehearse_rows,
    remarks_of,
)
from customers.services.contact_import.book import Book
from customers.services.contact_import.report import ImportReport, RowOutcome
from customers.services.contact_import.statistics import analyze_while_new

BATCH = 500


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
        with use_company(actor.company.pk):
            if dry_run:
                planned = rehearse_rows(book, batch, actor=actor, regions=regions)
            else:
                planned, _ = enter_rows(batch, actor=actor, regions=regions)
        if not dry_run:
            with use_company(actor.company.pk):
                analyze_while_new(number)
        _report(report, planned)
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


def _report(report: ImportReport, planned: Sequence[Planned]) -> None:
    for one in planned:
        report.rows += 1
        report.outcomes[one.verdict.outcome] += 1
        if one.verdict.was_entered and one.verdict.outcome in (RowOutcome.DOUBTFUL, RowOutcome.BAD):
            report.entered[one.verdict.outcome] += 1
        report.remarks += remarks_of(one)
