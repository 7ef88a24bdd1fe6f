"""Background work of the customers app."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import connection

from crm.actors import Actor, Door, system_actor
from crm.models import Company
from crm.tenancy import active_company_ids, companies_by, use_company
from customers.services.auto_merge import begin_night
from customers.services.auto_merge_run import run_auto_merge, runs
from customers.services.contact_import_run import run_import
from customers.services.contact_import_undo import run_undo
from customers.services.contact_imports import imports
from customers.services.data_quality import count_problems
from customers.services.duplicate_increment import BATCH, compare_batch
from customers.services.duplicate_scan import ask_night_scan
from customers.services.duplicate_scan_claim import scans
from customers.services.duplicate_scan_run import run_scan
from customers.services.link_codes import purge_old_codes

MOST_BATCHES = 20  # a run; the next one goes on


@shared_task
def recount_search_words() -> None:
    """Count the words of names anew, so that the commonest correction of an error comes first."""
    for company_id in active_company_ids():
        with use_company(company_id), connection.cursor() as cursor:
            cursor.execute("SELECT search_recount_words()")


@shared_task
def run_contact_import(company_id: int, import_id: str) -> None:
    """Do what is open of an import of people: rehearse it, bring it in, or take it back."""
    run_import(company_id=company_id, import_id=UUID(import_id))
    run_undo(company_id=company_id, import_id=UUID(import_id))


def on_import_waiting(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: an import needs transactions of its own, an event has one already."""
    run_contact_import.apply_async([actor.company.pk, payload["import_id"]], retry=False)


@shared_task
def sweep_contact_imports() -> int:
    """Take up imports whose worker died, or that no bell has reached; returns how many."""
    found = 0
    for company_id in companies_by("companies_with_contact_imports"):
        with use_company(company_id):
            import_ids = imports.waiting()
        for import_id in import_ids:
            run_contact_import(company_id, str(import_id))
            found += 1
    return found


@shared_task
def purge_link_codes() -> int:
    """Forget one-time codes, and the phones they went to, when they count for nothing any more."""
    purged = 0
    for company_id in active_company_ids():
        with use_company(company_id):
            purged += purge_old_codes()
    return purged


@shared_task
def run_auto_merges(company_id: int, run_id: str) -> None:
    """Go through the open candidates as far as the run is asked to."""
    run_auto_merge(company_id=company_id, run_id=UUID(run_id))


def on_auto_merge_waiting(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: a run needs transactions of its own, an event has one already.

    A broker that does not answer raises, and the outbox tries again; the sweep looks too.
    """
    run_auto_merges.apply_async([actor.company.pk, payload["run_id"]], retry=False)


@shared_task
def sweep_auto_merges() -> int:
    """Take up runs whose worker died, or that no bell has reached; returns how many."""
    found = 0
    for company_id in companies_by("companies_with_open_auto_merges"):
        with use_company(company_id):
            run_ids = runs.waiting()
        for run_id in run_ids:
            run_auto_merges(company_id, str(run_id))
            found += 1
    return found


@shared_task
def begin_auto_merges() -> int:
    """Ask for the night's run where merging by machine is on; returns how many were asked for."""
    asked = 0
    for company_id in active_company_ids():
        with use_company(company_id):
            asked += begin_night(actor=_system_of(company_id, "nightly auto-merge"))
    return asked


@shared_task
def count_data_problems() -> None:
    """Count what is missing and wrong in every company's customers."""
    for company_id in active_company_ids():
        count_company_problems(company_id)


@shared_task
def count_company_problems(company_id: int) -> None:
    """The same for one company, because somebody asked or it is night."""
    with use_company(company_id):
        count_problems(actor=_system_of(company_id, "count of data problems"))


def on_count_asked(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: counting takes seconds in a large company."""
    count_company_problems.apply_async([actor.company.pk], retry=False)


@shared_task
def run_duplicate_scan(company_id: int, scan_id: str) -> None:
    """Do what is open of a scan for duplicates."""
    run_scan(company_id=company_id, scan_id=UUID(scan_id))


def on_scan_waiting(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: a scan needs transactions of its own, an event has one already."""
    run_duplicate_scan.apply_async([actor.company.pk, payload["scan_id"]], retry=False)


@shared_task
def sweep_duplicates() -> int:
    """Compare customers that changed, and take up scans whose worker died; returns how many."""
    compared = 0
    for company_id in companies_by("companies_with_duplicate_work"):
        with use_company(company_id):
            scan_ids = scans.waiting()
        for scan_id in scan_ids:
            run_duplicate_scan(company_id, str(scan_id))
        for _ in range(MOST_BATCHES):
            with use_company(company_id):
                outcome = compare_batch(actor=_system_of(company_id, "duplicates follow changes"))
            if outcome is None or outcome.taken < BATCH:
                break
            compared += outcome.taken
    return compared


@shared_task
def begin_duplicate_scans() -> int:
    """Ask for the night's scan of every company; returns how many were asked for."""
    asked = 0
    for company_id in active_company_ids():
        with use_company(company_id):
            asked += ask_night_scan(actor=_system_of(company_id, "nightly duplicate scan"))
    return asked


def _system_of(company_id: int, name: str) -> Actor:
    return system_actor(Company.objects.get(pk=company_id), door=Door.TASK, name=name)
