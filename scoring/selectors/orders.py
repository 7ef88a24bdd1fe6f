"""Orders that somebody must look at, and one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from crm.actors import Actor
from crm.errors import InvalidInput, NotFound
from crm.models import AuditEvent
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from customers.selectors.survivors import survivors_of
from scoring.models import Order, OrderStatus, ReviewState
from scoring.selectors.company_day import midnight

NEWEST = Ordering("newest", "ordered_at", descending=True)
COUNTED_AT_MOST = 1001
MOST_EVENTS = 50


class Task(StrEnum):
    """Why an order needs a person."""

    FLAGGED = "flagged"
    UNLINKED = "unlinked"
    NO_RATE = "no_rate"


@dataclass(frozen=True, kw_only=True)
class OrderFilters:
    """What to show; an empty value does not narrow. Days are the company's.

    Orders that were taken out are shown only `with_removed`.
    """

    customer_id: UUID | None = None
    platform: str = ""
    external_id: str = ""
    status: str = ""
    task: Task | None = None
    ordered_from: date | None = None
    ordered_to: date | None = None  # this day included
    with_removed: bool = False


def list_orders(
    *, actor: Actor, filters: OrderFilters, cursor: str = "", size: int = PAGE_SIZE
) -> Page[Order]:
    """Orders without their raw data, the newest first; a merged customer means the survivor.

    Raises Forbidden, and InvalidInput for a status, a day or a cursor that cannot be.
    """
    actor.require(Action.VIEW_ORDERS)
    rows = _of_task(filters.task) if filters.task else Order.objects.all()
    if not filters.with_removed:
        rows = rows.filter(removed_at=None)
    if filters.customer_id:
        now = survivors_of([filters.customer_id]).get(filters.customer_id, filters.customer_id)
        rows = rows.filter(customer_id=now)
    if filters.platform:
        rows = rows.filter(platform=filters.platform)
    if filters.external_id:
        rows = rows.filter(external_id=filters.external_id)
    if filters.status:
        if filters.status not in OrderStatus.values:
            raise InvalidInput.field("status", "Choose one of the statuses on the list.")
        rows = rows.filter(status=filters.status)
    if filters.ordered_from:
        rows = rows.filter(ordered_at__gte=midnight(actor, filters.ordered_from))
    if filters.ordered_to:
        if filters.ordered_to == date.max:
            raise InvalidInput.field("ordered_to", "Check the year.")
        rows = rows.filter(ordered_at__lt=midnight(actor, filters.ordered_to + timedelta(days=1)))
    return paginate(rows.defer("raw"), ordering=NEWEST, cursor=cursor, size=size)


def list_orders_to_review(
    *, actor: Actor, task: Task, cursor: str = "", size: int = PAGE_SIZE
) -> Page[Order]:
    """Orders of one task, the newest first, with their customers and without their raw data.

    Raises Forbidden, and InvalidInput for a damaged cursor.
    """
    actor.require(Action.REVIEW_ORDERS)
    rows = _of_task(task).select_related("customer").defer("raw")
    return paginate(rows, ordering=NEWEST, cursor=cursor, size=size)


def count_orders_to_review(*, actor: Actor) -> dict[Task, int]:
    """How many of each task, counted no further than 1,001; one query each."""
    actor.require(Action.REVIEW_ORDERS)
    return {task: _of_task(task)[:COUNTED_AT_MOST].count() for task in Task}


def get_order(*, actor: Actor, order_id: UUID, in_full: bool = True) -> Order:
    """One order with its customer and raw data, or without. Raises Forbidden and NotFound."""
    actor.require(Action.VIEW_ORDERS)
    rows = Order.objects.select_related("customer") if in_full else Order.objects.defer("raw")
    try:
        return rows.get(pk=order_id)
    except (Order.DoesNotExist, ValidationError):
        raise NotFound from None


def decisions_on(*, actor: Actor, order_id: UUID) -> Sequence[AuditEvent]:
    """What people and machines decided about the order, the newest first."""
    actor.require(Action.VIEW_ORDERS)
    events = AuditEvent.objects.filter(
        subject_type=Order._meta.label_lower, subject_id=str(order_id)
    )
    return list(events.order_by("-at", "-id")[:MOST_EVENTS])


def _of_task(task: Task) -> QuerySet[Order]:
    rows = Order.objects.filter(removed_at=None)
    if task is Task.FLAGGED:
        return rows.filter(review=ReviewState.FLAGGED)
    if task is Task.UNLINKED:
        return rows.filter(customer=None)
    return rows.filter(scored_net=None)
