"""All leads of a customer at every branch: whoever answers the phone must see them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from crm.actors import Actor
from crm.roles import Action
from customers.models import ContactPoint
from customers.models.contact_point import ContactKind
from leads.models import Lead
from leads.models.lead import OPEN_STATUSES
from leads.services.assignment import may_take

MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class CustomerLead:
    """A lead as the customer's card shows it."""

    lead: Lead
    may_open: bool  # whether the lead's own page is within the actor's reach
    may_take: bool  # whether the actor may take it: no owner yet, own branch
    is_linked: bool  # False: only the phone is the same; nobody has linked the lead


def leads_of_customer(
    *, actor: Actor, customer_id: UUID, limit: int = MOST_SHOWN
) -> list[CustomerLead]:
    """Open leads first, then the newest, with branch, source and owner; two queries.

    Leads without a customer that carry one of the customer's phones are among them, so that they
    never vanish once the customer exists (source systems S3.8, 10).
    """
    actor.require(Action.VIEW_CUSTOMER)
    linked = _shown(Lead.objects.filter(customer_id=customer_id), limit)
    phones = ContactPoint.objects.filter(
        customer_id=customer_id, kind=ContactKind.PHONE, is_live=True
    ).values("value")
    waiting = _shown(Lead.objects.without_customer().filter(phone__in=phones), limit)
    leads = sorted([*linked, *waiting], key=lambda lead: lead.received_at, reverse=True)
    leads.sort(key=lambda lead: not lead.is_open)
    return [_of_customer(actor, lead) for lead in leads[:limit]]


def _shown(leads: "QuerySet[Lead]", limit: int) -> list[Lead]:
    closed_last = Case(
        When(status__in=OPEN_STATUSES, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    related = leads.select_related("branch", "source", "owner")
    return list(related.order_by(closed_last, "-received_at", "-id")[:limit])


def _of_customer(actor: Actor, lead: Lead) -> CustomerLead:
    where = {"branch_id": lead.branch_id, "owner_id": lead.owner_id}
    return CustomerLead(
        lead=lead,
        may_open=actor.may_on(Action.VIEW_LEAD, **where),
        may_take=lead.is_open and lead.owner_id is None and may_take(actor, lead.branch_id),
        is_linked=lead.customer_id is not None,
    )
