"""The one open lead of a customer at a branch: found, or made."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from crm.actors import Actor
from crm.errors import Conflict
from leads.models import Lead
from leads.models.lead_event import LeadEventKind
from leads.services.lead_log import record_change, write_history
from leads.services.stage_effects import advance_stage

ONE_OPEN = "lead_one_open_a_customer_and_branch"


def open_lead_of(
    customer_id: UUID, branch_id: UUID | None, *, but_not: UUID | None = None
) -> Lead | None:
    """The open lead of this customer at this branch, its row locked.

    Call it with the customer's row locked: then nobody can make another one.
    """
    leads = Lead.objects.open().filter(customer_id=customer_id)
    if branch_id is None:
        leads = leads.filter(branch__isnull=True)
    else:
        leads = leads.filter(branch_id=branch_id)
    if but_not is not None:
        leads = leads.exclude(pk=but_not)
    return leads.select_for_update(no_key=True, of=("self",)).first()


def already_open(lead: Lead | None) -> Conflict:
    """What to tell somebody who wants a second open lead."""
    return Conflict(
        "This customer already has an open lead at this branch. Work on that one.",
        code="open_lead",
        details={"lead_id": lead.pk} if lead else {},
    )


def insert_lead(*, actor: Actor, kind: LeadEventKind, values: dict[str, Any]) -> Lead:
    """A new lead, in history, audit trail and outbox. Raises Conflict for a second open one."""
    try:
        with transaction.atomic():
            lead = Lead.objects.create(company=actor.company, **values)
    except IntegrityError as error:
        if ONE_OPEN in str(error):
            raise already_open(None) from None
        raise
    write_history(actor=actor, lead=lead, kind=kind, new_status=lead.status, remarks=lead.remarks)
    audited = {name: value for name, value in values.items() if name != "raw" and value}
    record_change(
        actor=actor,
        lead=lead,
        action="lead.created",
        topic="lead.created",
        new={**audited, "status": lead.status},
    )
    advance_stage(actor, lead)
    return lead
