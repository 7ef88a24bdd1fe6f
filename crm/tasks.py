"""Background work of the foundation: the outbox's bell, its sweep and its tidying up."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from crm import outbox
from crm.models import OutboxEvent
from crm.tenancy import active_company_ids, use_company

log = logging.getLogger(__name__)
KEEP_DONE = timedelta(days=7)


def ring(company_id: int) -> None:
    """Wake a worker. A broker that does not answer delays the work until the next sweep."""
    try:
        drain_outbox.apply_async([company_id], retry=False)
    except OperationalError:
        log.warning("the bell did not ring: the broker does not answer; the sweep will see it")


@shared_task
def drain_outbox(company_id: int) -> int:
    """Handle the due events of a company."""
    return outbox.drain(company_id)


@shared_task
def sweep_outbox() -> int:
    """Handle what the bell missed, in every company."""
    return sum(outbox.drain(company_id) for company_id in _companies_with_work())


@shared_task
def purge_outbox() -> int:
    """Forget events that were handled a week ago; dead ones stay until somebody looks."""
    purged = 0
    for company_id in active_company_ids():
        with use_company(company_id):
            purged += OutboxEvent.objects.filter(done_at__lt=timezone.now() - KEEP_DONE).delete()[0]
    return purged


def _companies_with_work() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT companies_with_due_outbox()")
        return [row[0] for row in cursor.fetchall()]
