"""Lists of leads: closed filters, keyset pages, only what the actor may see."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.paging import Ordering, Page, paginate
from customers.selectors.survivors import survivors_of
from leads.models import Lead
from leads.models.lead import CLOSED_STATUSES, OPEN_STATUSES, LeadStatus
from leads.selectors.visible import visible_leads

ORDERINGS = {
    "received": Ordering("received", "received_at", descending=True),
    "follow_up": Ordering("follow_up", "follow_up_at"),
}
STATUS_GROUPS = {"open": OPEN_STATUSES, "closed": CLOSED_STATUSES}
FOLLOW_UPS = ("today", "overdue", "due", "any")
ME, UNASSIGNED = "me", "unassigned"
COUNTED_AT_MOST = 1001


@dataclass(frozen=True, kw_only=True)
class LeadFilters:
    """What to show; the empty value of each means all. Days are the company's."""

    status: str = ""  # one status, "open" or "closed"
    branch_id: UUID | None = None
    owner: str | UUID = ""  # "me", "unassigned" or a staff member's id
    source_id: UUID | None = None
    received_from: date | None = None
    received_to: date | None = None  # this day included
    # "today", "overdue" (before today), "due" (both), "any" (has one); open leads only
    follow_up: str = ""
    without_customer: bool = False
    customer_id: UUID | None = None  # a merged one means the survivor


def list_leads(
    *,
    actor: Actor,
    filters: LeadFilters,
    ordering: str = "received",
    cursor: str = "",
    size: int = 50,
    with_names: bool = True,
) -> Page[Lead]:
    """One page, with customer, branch, source and owner; two queries at any depth.

    Who shows their ids alone asks without names.

    By follow-up, leads without one are left out. Raises InvalidInput for a filter, ordering or
    cursor that is not on the list.
    """
    if ordering not in ORDERINGS:
        raise InvalidInput.field("ordering", "Choose one of the orderings on the list.")
    leads = _filtered(actor, filters)
    if with_names:
        leads = leads.select_related("customer", "branch", "source", "owner")
    if ordering == "follow_up":
        leads = leads.filter(status__in=OPEN_STATUSES, follow_up_at__isnull=False)
    return paginate(leads.defer("raw"), ordering=ORDERINGS[ordering], cursor=cursor, size=size)


def count_leads(*, actor: Actor, filters: LeadFilters, at_most: int = COUNTED_AT_MOST) -> int:
    """How many there are, counted no further than `at_most`."""
    return _filtered(actor, filters).order_by()[:at_most].count()


def _filtered(actor: Actor, filters: LeadFilters) -> "QuerySet[Lead]":
    leads = _with_status(visible_leads(actor), filters.status)
    leads = _with_owner(actor, leads, filters.owner)
    leads = _with_follow_up(actor, leads, filters.follow_up)
    if filters.branch_id:
        leads = leads.filter(branch_id=filters.branch_id)
    if filters.source_id:
        leads = leads.filter(source_id=filters.source_id)
    if filters.received_from:
        leads = leads.filter(received_at__gte=_start_of(actor, filters.received_from))
    if filters.received_to:
        leads = leads.filter(received_at__lt=_end_of(actor, filters.received_to))
    if filters.customer_id:
        now = survivors_of([filters.customer_id]).get(filters.customer_id, filters.customer_id)
        leads = leads.filter(customer_id=now)
    if filters.without_customer:
        leads = leads.filter(customer__isnull=True)
    return leads


def _with_status(leads: "QuerySet[Lead]", status: str) -> "QuerySet[Lead]":
    if not status:
        return leads
    if status in STATUS_GROUPS:
        return leads.filter(status__in=STATUS_GROUPS[status])
    if status not in LeadStatus.values:
        raise InvalidInput.field("status", "Choose one of the statuses on the list.")
    return leads.filter(status=status)


def _with_owner(actor: Actor, leads: "QuerySet[Lead]", owner: str | UUID) -> "QuerySet[Lead]":
    if not owner:
        return leads
    if owner == UNASSIGNED:
        return leads.filter(owner__isnull=True)
    if owner == ME:
        return leads.filter(owner_id=actor.staff.pk) if actor.staff else leads.none()
    try:
        return leads.filter(owner_id=owner if isinstance(owner, UUID) else UUID(owner))
    except ValueError:
        raise InvalidInput.field("owner", "Choose one of the owners on the list.") from None


def _with_follow_up(actor: Actor, leads: "QuerySet[Lead]", follow_up: str) -> "QuerySet[Lead]":
    if not follow_up:
        return leads
    if follow_up not in FOLLOW_UPS:
        raise InvalidInput.field("follow_up", "Choose one of the choices on the list.")
    leads = leads.filter(status__in=OPEN_STATUSES, follow_up_at__isnull=False)
    today = timezone.localdate(timezone=actor.company.zone)
    if follow_up in ("today", "due"):
        leads = leads.filter(follow_up_at__lt=_end_of(actor, today))
    if follow_up == "today":
        leads = leads.filter(follow_up_at__gte=_start_of(actor, today))
    if follow_up == "overdue":
        leads = leads.filter(follow_up_at__lt=_start_of(actor, today))
    return leads


def _start_of(actor: Actor, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=actor.company.zone)


def _end_of(actor: Actor, day: date) -> datetime:
    if day == date.max:
        raise InvalidInput.field("received_to", "Check the year.")
    return _start_of(actor, day + timedelta(days=1))
