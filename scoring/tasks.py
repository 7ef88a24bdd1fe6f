"""Background work of the scoring app."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import DatabaseError, connection

from crm.actors import Actor, Door, system_actor
from crm.errors import NotFound
from crm.models import Company
from crm.tenancy import active_company_ids, companies_by, use_company
from scoring.services.import_claim import imports
from scoring.services.import_run import run_import
from scoring.services.import_undo import run_undo
from scoring.services.membership import evaluate_segment
from scoring.services.nightly_scores import begin_day, check_scores, refresh_quintiles
from scoring.services.nightly_segments import due_segments
from scoring.services.pulls import pull_account
from scoring.services.rechecks import BATCH, recheck_batch
from scoring.services.refresh import RefreshedView, refresh_if_due, refresh_view
from scoring.services.score_functions import companies_with_a_new_day

log = logging.getLogger(__name__)
MOST_BATCHES = 100  # a run; the next one goes on
PULL_SLICE_SECONDS = 120.0  # then other work gets its turn, and the pull goes on behind it


@shared_task
def refresh_due_view(view: str) -> None:
    """Refresh a view where the night's 02:00 has passed since its last good refresh."""
    refresh_if_due(view=RefreshedView(view))


@shared_task
def refresh_asked_view(view: str) -> None:
    """Refresh a view now because somebody asked."""
    refresh_view(view=RefreshedView(view), asked_by="button")


def on_refresh_asked(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: a refresh needs transactions of its own, an event has one already.

    A broker that does not answer raises, and the outbox tries again.
    """
    refresh_asked_view.apply_async([payload["view"]], retry=False)


@shared_task
def evaluate_due_segments() -> None:
    """Ask the rules of all segments where it is past 02:00; a transaction for each segment."""
    for company_id in active_company_ids():
        with use_company(company_id):
            actor = _system_of(company_id, "nightly segments")
            due = [segment.pk for segment in due_segments(actor=actor)]
        for segment_id in due:
            try:
                with use_company(company_id):
                    evaluate_segment(actor=actor, segment_id=segment_id)
            except DatabaseError as error:  # it stays due; the others are not kept from theirs
                why = {"segment_id": str(segment_id), "why": type(error).__name__}
                log.error("segment not evaluated", extra=why)
                connection.close_if_unusable_or_obsolete()


@shared_task
def recheck_segments() -> None:
    """Ask the rules again about customers that changed."""
    for company_id in companies_by("companies_with_rechecks"):
        for _ in range(MOST_BATCHES):
            with use_company(company_id):
                actor = _system_of(company_id, "segments follow changes")
                taken, _found = recheck_batch(actor=actor)
            if taken < BATCH:
                break


@shared_task
def run_order_import(company_id: int, import_id: str) -> None:
    """Do what is open of an import: bring it in, or take it back."""
    run_import(company_id=company_id, import_id=UUID(import_id))
    run_undo(company_id=company_id, import_id=UUID(import_id))


def on_import_waiting(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: an import needs transactions of its own, an event has one already.

    A broker that does not answer raises, and the outbox tries again; the sweep looks too.
    """
    run_order_import.apply_async([actor.company.pk, payload["import_id"]], retry=False)


@shared_task
def sweep_order_imports() -> int:
    """Take up imports whose worker died, or that no bell has reached."""
    found = 0
    for company_id in companies_by("companies_with_open_imports"):
        with use_company(company_id):
            import_ids = imports.waiting()
        for import_id in import_ids:
            run_order_import(company_id, str(import_id))
            found += 1
    return found


@shared_task
def pull_due_accounts() -> None:
    """Hand each ticket account that is due to a worker; each falls due at its own time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, account_id FROM ticket_accounts_due()")
        due = cursor.fetchall()
    for company_id, account_id in due:
        pull_ticket_account.apply_async([company_id, str(account_id)], retry=False)


@shared_task
def pull_ticket_account(company_id: int, account_id: str) -> None:
    """Pull one account's orders for a while; what is left goes back to the end of the queue."""
    with use_company(company_id):
        actor = _system_of(company_id, "pull of orders")
    try:
        report = pull_account(
            actor=actor,
            account_id=UUID(account_id),
            only_if_due=True,
            slice_seconds=PULL_SLICE_SECONDS,
        )
    except NotFound:
        return  # it was made inactive meanwhile
    if report is not None and not report.is_whole and not report.error:
        pull_ticket_account.apply_async([company_id, account_id], retry=False)


def on_pull_asked(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: a pull asks another system, an event has a transaction open."""
    pull_ticket_account.apply_async([actor.company.pk, payload["account"]], retry=False)


@shared_task
def begin_days() -> int:
    """Hand each company whose midnight has passed to a worker; returns how many there are."""
    due = companies_with_a_new_day()
    for company_id in due:
        begin_company_day.apply_async([company_id], retry=False)
    return len(due)


@shared_task
def begin_company_day(company_id: int) -> None:
    """A company's new day: its scores decay, then its quintiles are renewed."""
    with use_company(company_id):
        begin_day(actor=_system_of(company_id, "nightly scores"))
    with use_company(company_id):
        refresh_quintiles(actor=_system_of(company_id, "nightly scores"))


@shared_task
def check_all_scores() -> int:
    """Compare every company's scores with the orders; returns how many companies are off."""
    wrong = 0
    for company_id in active_company_ids():
        with use_company(company_id):
            wrong += not check_scores(actor=_system_of(company_id, "nightly check of scores"))
    return wrong


def _system_of(company_id: int, name: str) -> Actor:
    return system_actor(Company.objects.get(pk=company_id), door=Door.TASK, name=name)
