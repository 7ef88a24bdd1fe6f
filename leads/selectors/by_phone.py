"""The leads behind a phone number: of its customers, and of nobody yet (source systems S3.4)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from crm.actors import Actor
from crm.roles import Action
from customers.selectors.phone_leads import PhoneLead
from leads.models import Lead

MOST_SHOWN = 100


def leads_of_phone(actor: Actor, customer_ids: Sequence[UUID], phone: str) -> list[PhoneLead]:
    """The newest first, of all branches (a key that is limited to some sees theirs); one query.

    Leads without a customer stay on the list when a customer has the number by now (S3.8, 10).
    """
    actor.require(Action.VIEW_LEAD)
    leads = Lead.objects.filter(
        Q(customer_id__in=customer_ids) | Q(customer__isnull=True, phone=phone)
    )
    if actor.key_branch_ids is not None:
        leads = leads.filter(branch_id__in=actor.key_branch_ids)
    newest = leads.select_related("branch", "source").order_by("-received_at", "-id")
    return [_shown(lead) for lead in newest[:MOST_SHOWN]]


def _shown(lead: Lead) -> PhoneLead:
    return PhoneLead(
        id=lead.pk,
        name=lead.full_name,
        phone=lead.phone or lead.phone_as_typed,
        status=lead.status,
        branch_id=lead.branch_id,
        branch_name=lead.branch.name if lead.branch else "",
        source_id=lead.source_id,
        source_name=lead.source.name if lead.source else "",
        rm_member_id=lead.owner_id,
        model=lead.interest,
        variant=lead.variant,
        location=lead.location,
        created_at=lead.received_at,
    )
