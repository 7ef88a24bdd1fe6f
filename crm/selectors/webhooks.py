"""Endpoints and their delivery log, as those who manage them see them."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from crm.actors import Actor
from crm.errors import InvalidInput, NotFound
from crm.models import (
    ChangeEvent,
    ChangeFeed,
    EndpointState,
    MessageState,
    WebhookEndpoint,
    WebhookMessage,
)
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action

NEWEST = Ordering(name="newest", field="created_at", descending=True)


def list_endpoints(*, actor: Actor) -> Sequence[WebhookEndpoint]:
    """The company's endpoints by name, at most 20. Raises Forbidden."""
    actor.require(Action.MANAGE_WEBHOOKS)
    return list(_kept().order_by("name", "id"))


def get_endpoint(*, actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    """One of them. Raises Forbidden and NotFound."""
    actor.require(Action.MANAGE_WEBHOOKS)
    try:
        return _kept().get(pk=endpoint_id)
    except (WebhookEndpoint.DoesNotExist, ValidationError):
        raise NotFound from None


def list_messages(
    *, actor: Actor, endpoint_id: UUID, state: str = "", cursor: str = "", size: int = PAGE_SIZE
) -> Page[WebhookMessage]:
    """The log of one endpoint, newest first. Raises Forbidden, NotFound; InvalidInput at `state`
    or for a cursor that is not ours."""
    endpoint = get_endpoint(actor=actor, endpoint_id=endpoint_id)
    rows: QuerySet[WebhookMessage] = WebhookMessage.objects.filter(endpoint=endpoint)
    if state:
        if state not in MessageState.values:
            raise InvalidInput.field("state", "Choose one of the states on the list.")
        rows = rows.filter(state=state)
    return paginate(rows, ordering=NEWEST, cursor=cursor, size=size)


def get_message(*, actor: Actor, message_id: UUID) -> WebhookMessage:
    """One message with its attempts. Raises Forbidden and NotFound."""
    actor.require(Action.MANAGE_WEBHOOKS)
    try:
        return WebhookMessage.objects.select_related("endpoint").get(pk=message_id)
    except (WebhookMessage.DoesNotExist, ValidationError):
        raise NotFound from None


def stopped_endpoints() -> Sequence[WebhookEndpoint]:
    """Those that the machine paused or disabled and that wait for somebody; of this company."""
    stopped = (EndpointState.PAUSED, EndpointState.DISABLED)
    return list(_kept().filter(state__in=stopped).order_by("name", "id"))


def endpoints_to_fan_out() -> list[UUID]:
    """Active endpoints of the current company that have events before them."""
    last = ChangeFeed.objects.values_list("last_position", flat=True).first() or 0
    rows = _kept().filter(state=EndpointState.ACTIVE)
    if not ChangeEvent.objects.filter(position=None).exists():
        rows = rows.filter(position__lt=last)
    return list(rows.values_list("pk", flat=True))


def endpoints_to_send_to() -> list[UUID]:
    """Endpoints of the current company with a message that is due and may go."""
    now = timezone.now()
    due = WebhookMessage.objects.filter(
        endpoint=OuterRef("pk"), state=MessageState.WAITING, next_at__lte=now
    )
    is_open = Q(state=EndpointState.ACTIVE) & (Q(slow_until=None) | Q(slow_until__lte=now))
    rows = _kept().filter((is_open & Exists(due)) | Exists(due.filter(position=None)))
    return list(rows.values_list("pk", flat=True))


def _kept() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.exclude(state=EndpointState.REMOVED)
