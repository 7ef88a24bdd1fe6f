"""Background work of webhooks: making messages, sending them, forgetting old ones."""

import logging
import time
from datetime import timedelta
from uuid import UUID

from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from crm.change_events.purging import purge_changes
from crm.models import MessageState, WebhookMessage
from crm.models.webhook_message import OPEN
from crm.selectors.webhooks import endpoints_to_fan_out, endpoints_to_send_to
from crm.services.webhook_fan_out import fan_out
from crm.services.webhook_sending import send_next
from crm.tenancy import active_company_ids, companies_by, use_company

log = logging.getLogger(__name__)
SLICE_SECONDS = 20.0  # then other work gets its turn
KEPT = timedelta(days=30)
BATCH = 5000


@shared_task
def dispatch_webhooks(company_id: int) -> int:
    """Make the messages that are due, and let workers send them; how many endpoints that are."""
    with use_company(company_id):
        endpoint_ids = endpoints_to_fan_out()
    for endpoint_id in endpoint_ids:
        with use_company(company_id):
            fan_out(endpoint_id)
    with use_company(company_id):
        due = endpoints_to_send_to()
    for endpoint_id in due:
        _ring(send_webhooks, company_id, str(endpoint_id))
    return len(due)


@shared_task
def send_webhooks(company_id: int, endpoint_id: str) -> int:
    """Send to an endpoint for a while, then to the end of the queue; how many were sent."""
    ends_at = time.monotonic() + SLICE_SECONDS
    sent = 0
    while time.monotonic() < ends_at:
        if send_next(company_id, UUID(endpoint_id)):
            sent += 1
            continue
        with use_company(company_id):
            may_go_on = UUID(endpoint_id) in endpoints_to_fan_out() and fan_out(UUID(endpoint_id))
        if not may_go_on:
            return sent
    _ring(send_webhooks, company_id, endpoint_id)
    return sent


@shared_task
def sweep_webhooks() -> int:
    """Take up what the bell missed and what is to be tried again, in every company."""
    return sum(dispatch_webhooks(each) for each in companies_by("companies_with_due_webhooks"))


@shared_task
def purge_webhooks() -> int:
    """Forget the log after 30 days, and events after 90."""
    purged = 0
    for company_id in active_company_ids():
        while batch := _purge_messages(company_id):
            purged += batch
        while batch := _purge_events(company_id):
            purged += batch
    return purged


def _purge_messages(company_id: int) -> int:
    with use_company(company_id):
        old = WebhookMessage.objects.exclude(state__in=OPEN).filter(
            created_at__lt=timezone.now() - KEPT, state__in=MessageState.values
        )
        ids = list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH])
        return WebhookMessage.objects.filter(pk__in=ids).delete()[0] if ids else 0


def _purge_events(company_id: int) -> int:
    with use_company(company_id):
        return purge_changes()


def _ring(task: Task, *args: object) -> None:
    """A broker that does not answer delays the work until the next sweep."""
    try:
        task.apply_async(list(args), retry=False)
    except OperationalError:
        log.warning("the bell did not ring: the broker does not answer; the sweep will see it")
