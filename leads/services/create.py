"""A new enquiry, typed by staff or received from a source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.actors import Actor
from crm.errors import Conflict
from crm.roles import Action
from customers.models import Customer
from customers.models.customer import Origin
from leads.models import Lead, LeadSource
from leads.models.lead_event import LeadEventKind
from leads.services.lead_customer import caller
from leads.services.lead_fields import clean_fields
from leads.services.lead_parties import branch_for, own_leads_owner, owner_for, source_for
from leads.services.open_leads import already_open, insert_lead, open_lead_of


@dataclass(frozen=True, kw_only=True)
class LeadOutcome:
    """The lead; `created` is False where the source had sent the same enquiry before."""

    lead: Lead
    customer: Customer | None
    created: bool


@transaction.atomic
def create_lead(
    *,
    actor: Actor,
    branch_id: UUID | None,
    full_name: str = "",
    phone_text: str = "",
    email_text: str = "",
    customer_id: UUID | None = None,
    source_id: UUID | None = None,
    owner_id: UUID | None = None,
    interest: str = "",
    variant: str = "",
    location: str = "",
    remarks: str = "",
    external_id: str = "",
    raw: Mapping[str, Any] | None = None,
    unless_alike: bool = False,
) -> LeadOutcome:
    """A new lead of the customer whom the phone identifies, or of the one that was chosen.

    Raises InvalidInput at its field; Conflict `open_lead` with `details['lead_id']` when the
    customer has an open lead at this branch; Conflict `choose_customer` with
    `details['candidates']` when several people share the number; Conflict `received_before` to an
    API key that may not see the lead of the same enquiry. With `unless_alike` also
    MaybeHere, when a new customer would be somebody who is likely here already.
    """
    actor.require(Action.CREATE_LEAD)
    branch = branch_for(
        actor, Action.CREATE_LEAD, branch_id, refusal="You cannot log leads at this branch."
    )
    owner = owner_for(own_leads_owner(actor, owner_id), branch.pk)
    source = source_for(source_id)
    details = clean_fields(
        {
            "full_name": full_name,
            "interest": interest,
            "variant": variant,
            "location": location,
            "remarks": remarks,
            "external_id": external_id,
        }
    )
    who = caller(
        actor=actor,
        phone_text=phone_text,
        email_text=email_text,
        full_name=full_name,
        branch=branch,
        customer_id=customer_id,
        origin=Origin.LEAD,
        unless_alike=unless_alike,
    )
    known = _received_before(source, details["external_id"])
    if known is not None:
        where = {"branch_id": known.branch_id, "owner_id": known.owner_id}
        if actor.granted is not None and not actor.may_on(Action.VIEW_LEAD, **where):
            raise Conflict("This enquiry is known already.", code="received_before")
        return LeadOutcome(lead=known, customer=known.customer, created=False)
    second = open_lead_of(who.customer.pk, branch.pk)
    if second is not None:
        raise already_open(second)
    values = {
        "customer": who.customer,
        "branch": branch,
        "source": source,
        "owner": owner,
        "assigned_at": timezone.now() if owner else None,
        "raw": raw,
    }
    lead = insert_lead(
        actor=actor,
        kind=LeadEventKind.CREATED,
        values={**values, **who.contact_fields, **details},
    )
    return LeadOutcome(lead=lead, customer=Customer.objects.get(pk=who.customer.pk), created=True)


def _received_before(source: LeadSource | None, external_id: str) -> Lead | None:
    """The lead of the same enquiry: sources send again what they are not sure of."""
    if not external_id or source is None:
        return None
    return (
        Lead.objects.select_related("customer")
        .filter(source=source, external_id=external_id)
        .first()
    )
