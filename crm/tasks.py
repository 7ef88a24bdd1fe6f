"""Background work of the foundation: bell, sweep and tidying up of the outbox and the inbox."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from celery import Task, shared_task
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from crm import outbox
from crm.actors import Actor, Door, system_actor
from crm.models import Company, IdempotentRequest, OutboxEvent, idempotent_request
from crm.services import exports, inbound_processing, inbound_replay
from crm.services.export_run import run_export
from crm.tenancy import active_company_ids, use_company
from crm.webhook_tasks import dispatch_webhooks

log = logging.getLogger(__name__)
KEEP_DONE = timedelta(days=7)


def ring(company_id: int) -> None:
    """Wake a worker for the outbox of a company."""
    _wake(drain_outbox, company_id)


def on_inbox_received(actor: Actor, payload: Mapping[str, Any]) -> None:
    """The outbox says that something was received: wake a worker for the inbox of the company.

    After the commit, because processing asks other systems and must not hold a transaction open.
    """
    transaction.on_commit(partial(_wake, drain_inbox, actor.company.pk))


def _wake(task: Task, company_id: int) -> None:
    """A broker that does not answer delays the work until the next sweep."""
    try:
        task.apply_async([company_id], retry=False)
    except OperationalError:
        log.warning("the bell did not ring: the broker does not answer; the sweep will see it")


@shared_task
def drain_outbox(company_id: int) -> int:
    """Handle the due events of a company, then tell its webhooks what changed."""
    taken = outbox.drain(company_id)
    dispatch_webhooks(company_id)
    return taken


@shared_task
def sweep_outbox() -> int:
    """Handle what the bell missed, in every company."""
    return sum(outbox.drain(company_id) for company_id in _ids("companies_with_due_outbox"))


@shared_task
def purge_outbox() -> int:
    """Forget events that were handled a week ago; dead ones stay until somebody looks."""
    purged = 0
    for company_id in active_company_ids():
        with use_company(company_id):
            purged += OutboxEvent.objects.filter(done_at__lt=timezone.now() - KEEP_DONE).delete()[0]
    return purged


@shared_task
def purge_kept_answers() -> int:
    """Forget the answers to Idempotency-Keys after their day."""
    purged = 0
    for company_id in active_company_ids():
        with use_company(company_id):
            ended = timezone.now() - idempotent_request.KEPT
            purged += IdempotentRequest.objects.filter(created_at__lt=ended).delete()[0]
    return purged


@shared_task
def drain_inbox(company_id: int) -> int:
    """Handle the due deliveries of a company."""
    return inbound_processing.drain(company_id)


@shared_task
def sweep_inbox() -> int:
    """Handle the deliveries that the bell missed or that are to be tried again."""
    return sum(inbound_processing.drain(each) for each in _ids("companies_with_due_inbound"))


@shared_task
def purge_inbox() -> int:
    """Forget settled deliveries that are older than their source keeps them."""
    return sum(_purge_inbox_of(company_id) for company_id in active_company_ids())


def _purge_inbox_of(company_id: int) -> int:
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
    actor = system_actor(company, door=Door.TASK, name="purge the inbox")
    return inbound_replay.purge(actor=actor)


@shared_task
def make_export(company_id: int, export_id: str) -> None:
    """Make the zip of everything a company owns."""
    run_export(company_id=company_id, export_id=UUID(export_id))


def on_export_waiting(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: an export takes minutes, an event has a transaction open."""
    make_export.apply_async([actor.company.pk, payload["export_id"]], retry=False)


@shared_task
def sweep_exports() -> int:
    """Take up exports whose worker died, or that no bell has reached; returns how many."""
    found = 0
    for company_id in _ids("companies_with_waiting_exports"):
        with use_company(company_id):
            export_ids = exports.export_claims.waiting()
        for export_id in export_ids:
            make_export(company_id, str(export_id))
            found += 1
    return found


@shared_task
def purge_exports() -> int:
    """Remove the files of exports that were kept long enough, or that a dead worker left."""
    removed = 0
    for company_id in active_company_ids():
        with use_company(company_id):
            actor = system_actor(
                Company.objects.get(pk=company_id), door=Door.TASK, name="purge exports"
            )
            removed += exports.remove_expired_files(actor=actor)
            removed += exports.remove_lost_files(actor=actor)
    return removed


def _ids(function: str) -> list[int]:
    """What one of our functions above companies answers."""
    with connection.cursor() as cursor:
        cursor.callproc(function)
        return [row[0] for row in cursor.fetchall()]
