"""The work of an import: batch after batch, each with its checkpoint in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.claims import ClaimLost
from crm.models import Company
from crm.tabular.batches import batches
from crm.tabular.unreadable import UnreadableFile
from crm.tenancy import use_company
from customers.services.contact_import.statistics import analyze_while_new
from scoring.models import ImportState, OrderImport, OrderImportCustomer, OrderImportProblem
from scoring.orders.bad_value import Problem
from scoring.orders.layouts.reading import Entry, OrderFile
from scoring.services.import_claim import acting_for, imports
from scoring.services.import_options import reading_options
from scoring.services.order_report import UpsertOutcome, UpsertReport
from scoring.services.orders import upsert_orders

BATCH = 500
OnProgress = Callable[[OrderImport], None]


def run_import(
    *, company_id: int, import_id: UUID, on_progress: OnProgress | None = None
) -> OrderImport | None:
    """Import a waiting file to its end, or until somebody stops it; None when others are at it.

    Call it outside of a transaction. A run that dies is taken up by the next one after a minute,
    at the row where it stood; a row is imported once.
    """
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
        order_import = imports.take(import_id, (ImportState.WAITING, ImportState.RUNNING))
        if order_import is None:
            return None
        if order_import.state == ImportState.WAITING:
            OrderImport.objects.filter(pk=import_id).update(state=ImportState.RUNNING)
            order_import.state = ImportState.RUNNING
    actor = acting_for(order_import, company, asked_by=order_import.started_by)
    try:
        _work(actor, order_import, on_progress)
    except ClaimLost:
        return None
    return order_import


def _work(actor: Actor, order_import: OrderImport, on_progress: OnProgress | None) -> None:
    try:
        file = OrderFile(bytes(order_import.content), layout=order_import.layout)
        entries = file.entries(reading_options(order_import.options))
        rest = _after(entries, order_import.rows_done)
        for number, batch in enumerate(batches(rest, BATCH), start=1):
            with use_company(actor.company.pk):
                if _is_to_stop(order_import):
                    _end(actor, order_import, ImportState.CANCELLED)
                    return
                _store(actor, order_import, batch)
            with use_company(actor.company.pk):
                analyze_while_new(number)
            if on_progress is not None:
                on_progress(order_import)
    except UnreadableFile as error:
        with use_company(actor.company.pk):
            _end(actor, order_import, ImportState.FAILED, error=error.message[:500])
        return
    with use_company(actor.company.pk):
        _end(actor, order_import, ImportState.DONE)


def _after(entries: Iterator[Entry], rows_done: int) -> Iterator[Entry]:
    """The entries behind the checkpoint: a file is always read in the same sequence."""
    passed = 0
    for entry in entries:
        if passed >= rows_done:
            yield entry
        passed += entry.rows


def _is_to_stop(order_import: OrderImport) -> bool:
    return OrderImport.objects.filter(pk=order_import.pk, cancel_requested=True).exists()


def _store(actor: Actor, order_import: OrderImport, batch: Sequence[Entry]) -> None:
    good = [entry for entry in batch if entry.order is not None]
    problems = [problem for entry in batch for problem in entry.problems]
    reports = _upsert(actor, order_import, good, problems)
    for report in reports:
        OrderImportCustomer.objects.bulk_create(
            [
                OrderImportCustomer(
                    company=actor.company, order_import=order_import, customer_id=customer_id
                )
                for customer_id in report.new_customer_ids
            ],
            ignore_conflicts=True,
        )
    OrderImportProblem.objects.bulk_create(
        OrderImportProblem(
            company=actor.company,
            order_import=order_import,
            row=problem.row,
            column=problem.column,
            message=problem.message[:500],
        )
        for problem in problems
    )
    imports.save(
        order_import,
        rows_done=order_import.rows_done + sum(entry.rows for entry in batch),
        bad_rows=order_import.bad_rows + len({problem.row for problem in problems}),
        **_sums(order_import, reports),
    )


def _sums(order_import: OrderImport, reports: Sequence[UpsertReport]) -> dict[str, int]:
    counted = {
        "created_orders": "created",
        "updated_orders": "updated",
        "unchanged_orders": "unchanged",
        "older_orders": "older",
        "new_customers": "new_customers",
        "unlinked_orders": "unlinked",
        "flagged_orders": "flagged",
    }
    return {
        field: getattr(order_import, field) + sum(getattr(report, name) for report in reports)
        for field, name in counted.items()
    }


def _upsert(
    actor: Actor, order_import: OrderImport, entries: Sequence[Entry], problems: list[Problem]
) -> list[UpsertReport]:
    """Store the orders; one that the database refuses is found by halving, and told."""
    if not entries:
        return []
    try:
        with transaction.atomic():
            report = upsert_orders(
                actor=actor,
                orders=[entry.order for entry in entries if entry.order is not None],
                order_import=order_import,
                region=order_import.options.get("region", ""),
            )
    except (DataError, IntegrityError):
        if len(entries) == 1:
            message = "The database cannot keep this order. Check its figures and texts."
            problems.append(Problem(entries[0].row, "", "refused", message))
            return []
        half = len(entries) // 2
        return [
            *_upsert(actor, order_import, entries[:half], problems),
            *_upsert(actor, order_import, entries[half:], problems),
        ]
    problems += [
        Problem(entry.row, outcome.field, "refused", outcome.message)
        for entry, outcome in zip(entries, report.outcomes, strict=True)
        if outcome.outcome is UpsertOutcome.REFUSED
    ]
    return [report]


def _end(actor: Actor, order_import: OrderImport, state: ImportState, *, error: str = "") -> None:
    imports.save(order_import, state=state, error=error, finished_at=timezone.now())
    names = ("created_orders", "updated_orders", "unchanged_orders", "older_orders", "bad_rows")
    audit.record(
        actor=actor,
        action=f"orderimport.{state}",
        subject=order_import,
        new={name: getattr(order_import, name) for name in (*names, "new_customers", "rows_done")},
    )
