"""Orders that somebody must look at, and one order."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from crm.actors import Actor
from crm.errors import NotFound
from crm.models import AuditEvent
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from scoring.models import Order, ReviewState

NEWEST = Ordering("newest", "ordered_at", descending=True)
COUNTED_AT_MOST = 1001
MOST_EVENTS = 50


class Task(StrEnum):
    """Why an order needs a person."""

    FLAGGED = "flagged"
    UNLINKED = "unlinked"
    NO_RATE = "no_rate"


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


def get_order(*, actor: Actor, order_id: UUID) -> Order:
    """One order with its customer. Raises Forbidden and NotFound."""
    actor.require(Action.VIEW_ORDERS)
    try:
        return Order.objects.select_related("customer").get(pk=order_id)
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
