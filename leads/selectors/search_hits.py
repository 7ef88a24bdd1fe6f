"""What leads add to the search: open leads of the people found, and leads that have no customer."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from crm.actors import Actor
from crm.roles import Action
from customers.selectors.hit_extras import HitExtras, LeadFacts, OpenLead
from leads.models import Lead
from leads.models.lead import OPEN_STATUSES


def lead_extras(actor: Actor, customer_ids: Sequence[UUID], lead_ids: Sequence[UUID]) -> HitExtras:
    """One query. Leads of every branch are named; `may_open` says whose page is within reach."""
    of_customers = Q(customer_id__in=customer_ids, status__in=OPEN_STATUSES)
    leads = Lead.objects.filter(of_customers | Q(pk__in=lead_ids, customer__isnull=True))
    open_leads: dict[UUID, list[OpenLead]] = {}
    found: dict[UUID, LeadFacts] = {}
    for lead in leads.select_related("branch", "owner").order_by("-received_at", "-id"):
        if lead.customer_id is None:
            found[lead.pk] = _facts(actor, lead)
        else:
            open_leads.setdefault(lead.customer_id, []).append(_open_lead(actor, lead))
    return HitExtras(open_leads=open_leads, leads=found)


def _open_lead(actor: Actor, lead: Lead) -> OpenLead:
    return OpenLead(
        id=lead.pk,
        branch=lead.branch.name if lead.branch else "",
        owner=lead.owner.display_name if lead.owner else "",
        status=lead.status,
        status_label=lead.get_status_display(),
        may_open=_may_open(actor, lead),
    )


def _facts(actor: Actor, lead: Lead) -> LeadFacts:
    return LeadFacts(
        title=lead.full_name or "Lead without a name",
        phone=lead.phone or lead.phone_as_typed,
        email=lead.email,
        status=lead.status,
        status_label=lead.get_status_display(),
        branch=lead.branch.name if lead.branch else "",
        owner=lead.owner.display_name if lead.owner else "",
        last_activity_at=lead.last_activity_at,
        may_open=_may_open(actor, lead),
    )


def _may_open(actor: Actor, lead: Lead) -> bool:
    return actor.may_on(Action.VIEW_LEAD, branch_id=lead.branch_id, owner_id=lead.owner_id)
