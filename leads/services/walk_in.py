"""Somebody walks in (source systems S3.5, the sound version)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.actors import Actor
from crm.models import StaffMember
from crm.roles import Action
from customers.models import Customer
from customers.models.customer import Origin
from leads.models import Lead
from leads.models.lead_event import LeadEventKind
from leads.services.lead_customer import caller
from leads.services.lead_fields import clean_fields, supplied
from leads.services.lead_log import apply_changes, record_change, write_history
from leads.services.lead_parties import (
    branch_for,
    own_leads_owner,
    owner_for,
    source_for,
    walk_in_source,
)
from leads.services.open_leads import insert_lead, open_lead_of

CREATED = "created_new_lead"
ATTACHED = "attached_to_existing"


@dataclass(frozen=True, kw_only=True)
class WalkIn:
    """What became of it: a new lead, or the open one of this customer at this branch."""

    created: bool
    customer: Customer
    lead: Lead

    @property
    def action(self) -> str:
        """The answer that other systems know."""
        return CREATED if self.created else ATTACHED


@transaction.atomic
def log_walk_in(
    *,
    actor: Actor,
    phone_text: str,
    full_name: str = "",
    branch_id: UUID | None = None,
    rm_id: UUID | None = None,
    source_id: UUID | None = None,
    customer_id: UUID | None = None,
    interest: str = "",
    variant: str = "",
    location: str = "",
    remarks: str = "",
    unless_alike: bool = False,
) -> WalkIn:
    """Attach the visit to the customer's open lead at this branch, or begin a new lead.

    An attached visit never changes the status; `rm_id` fills the owner only where there is none;
    model, variant, location and remarks replace what is stored only where they are given. Another
    branch always gets its own lead. Safe at any number of callers at once (docs/locking.md).

    Raises InvalidInput at its field; Conflict `choose_customer` with `details['candidates']` for a
    number that several people share: call again with `customer_id`. With `unless_alike` also
    MaybeHere, when a new customer would be somebody who is likely here already.
    """
    actor.require(Action.LOG_WALK_IN)
    branch = branch_for(
        actor, Action.LOG_WALK_IN, branch_id, refusal="You cannot log walk-ins at this branch."
    )
    owner = owner_for(own_leads_owner(actor, rm_id), branch.pk)
    source = source_for(source_id) or walk_in_source()
    details = clean_fields(
        {"interest": interest, "variant": variant, "location": location, "remarks": remarks}
    )
    name = clean_fields({"full_name": full_name})["full_name"]
    who = caller(
        actor=actor,
        phone_text=phone_text,
        email_text="",
        full_name=full_name,
        branch=branch,
        customer_id=customer_id,
        origin=Origin.WALK_IN,
        unless_alike=unless_alike,
    )
    lead = open_lead_of(who.customer.pk, branch.pk)
    if lead is not None:
        _attach(actor, lead, owner, supplied(details))
    else:
        values = {
            "customer": who.customer,
            "branch": branch,
            "source": source,
            "full_name": name,
            "owner": owner,
            "assigned_at": timezone.now() if owner else None,
        }
        lead_values = {**values, **who.contact_fields, **details}
        lead = insert_lead(actor=actor, kind=LeadEventKind.WALK_IN_CREATED, values=lead_values)
        return WalkIn(created=True, customer=_fresh(who.customer), lead=lead)
    return WalkIn(created=False, customer=_fresh(who.customer), lead=lead)


def _attach(actor: Actor, lead: Lead, owner: StaffMember | None, details: dict[str, Any]) -> None:
    changes = dict(details)
    if owner is not None and lead.owner_id is None:
        changes |= {"owner": owner, "assigned_at": timezone.now()}
    old, new = apply_changes(lead, changes)
    write_history(
        actor=actor,
        lead=lead,
        kind=LeadEventKind.WALK_IN_AGAIN,
        old_status=lead.status,
        new_status=lead.status,
        remarks=details.get("remarks", ""),
    )
    record_change(
        actor=actor,
        lead=lead,
        action="lead.walk_in_attached",
        topic="lead.updated",
        old=old,
        new=new,
    )


def _fresh(customer: Customer) -> Customer:
    """The customer as stored now: the lead may have moved stage and last activity."""
    return Customer.objects.get(pk=customer.pk)
