"""Staff say whose lead it is, where the phone could not."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from leads.models import Lead
from leads.models.lead_event import LeadEventKind
from leads.services.lead_lock import require_work
from leads.services.lead_log import apply_changes, record_change, write_history
from leads.services.lead_parties import locked_customer
from leads.services.open_leads import already_open, open_lead_of
from leads.services.stage_effects import advance_stage


@transaction.atomic
def link_lead(*, actor: Actor, lead_id: UUID, customer_id: UUID) -> Lead:
    """Link a lead without a customer to this one; again with the same customer changes nothing.

    Raises NotFound, Forbidden; InvalidInput at `customer`; Conflict `already_linked`, or
    `open_lead` when both this lead and another of the customer at the branch are open.
    """
    try:
        require_work(actor, Lead.objects.get(pk=lead_id))
    except (Lead.DoesNotExist, ValidationError):
        raise NotFound from None
    try:
        customer = locked_customer(customer_id)
    except NotFound:
        raise InvalidInput.field("customer", "Choose a customer of this company.") from None
    lead = Lead.objects.select_for_update(no_key=True, of=("self",)).get(pk=lead_id)
    require_work(actor, lead)
    if lead.customer_id == customer.pk:
        return lead
    if lead.customer_id is not None:
        raise Conflict("This lead belongs to another customer already.", code="already_linked")
    other = open_lead_of(customer.pk, lead.branch_id) if lead.is_open else None
    if other is not None:
        raise already_open(other)
    apply_changes(lead, {"customer": customer})
    write_history(
        actor=actor,
        lead=lead,
        kind=LeadEventKind.LINKED,
        old_status=lead.status,
        new_status=lead.status,
        data={"customer_id": customer.pk, "by": "hand"},
    )
    record_change(
        actor=actor,
        lead=lead,
        action="lead.linked",
        topic="lead.linked",
        new={"customer": customer},
    )
    advance_stage(actor, lead)
    return lead
