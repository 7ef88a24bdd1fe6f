"""Whose lead it is. Assignment never changes the status (source systems S3.2)."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.actors import Actor
from crm.errors import Conflict
from crm.roles import Action
from leads.models import Lead
from leads.models.lead_event import LeadEventKind
from leads.services.lead_lock import locked_lead, require_work
from leads.services.lead_log import apply_changes, record_change, write_history
from leads.services.lead_parties import OWNER_ROLES, owner_for


@transaction.atomic
def assign_lead(*, actor: Actor, lead_id: UUID, owner_id: UUID | None) -> Lead:
    """Give the lead to an active relationship manager or team lead of its branch, or to nobody.

    Team leads and managers may do it; besides, whoever may own a lead takes one of their branch
    that has no owner. Raises InvalidInput at `owner`, NotFound, Forbidden; Conflict
    `already_taken` when somebody else was quicker.
    """
    lead = locked_lead(lead_id)
    takes = may_take(actor, lead.branch_id) and actor.staff and owner_id == actor.staff.pk
    if not takes:
        require_work(actor, lead, Action.ASSIGN_LEAD)
    elif lead.owner_id not in (None, owner_id) and not _may_assign(actor, lead):
        raise Conflict("Somebody else has taken this lead.", code="already_taken")
    owner = owner_for(owner_id, lead.branch_id)
    if lead.owner == owner:
        return lead
    changes = {"owner": owner, "assigned_at": timezone.now() if owner else None}
    previous = lead.owner
    apply_changes(lead, changes)
    names = {
        "old_owner_id": previous.pk if previous else None,
        "old_owner": previous.display_name if previous else "",
        "new_owner_id": owner.pk if owner else None,
        "new_owner": owner.display_name if owner else "",
    }
    write_history(
        actor=actor,
        lead=lead,
        kind=LeadEventKind.ASSIGNED,
        old_status=lead.status,
        new_status=lead.status,
        data=names,
    )
    record_change(
        actor=actor,
        lead=lead,
        action="lead.assigned",
        topic="lead.assigned",
        old={"owner": previous},
        new={"owner": owner},
    )
    return lead


def may_take(actor: Actor, branch_id: UUID | None) -> bool:
    """Whether the actor may take a lead of this branch that has no owner."""
    staff = actor.staff
    if staff is None or staff.role not in OWNER_ROLES or not actor.may(Action.WORK_LEAD):
        return False
    return staff.branch_id is None or staff.branch_id == branch_id


def _may_assign(actor: Actor, lead: Lead) -> bool:
    return actor.may_on(
        Action.ASSIGN_LEAD, branch_id=lead.branch_id, owner_id=lead.owner_id
    ) and actor.may_on(Action.VIEW_LEAD, branch_id=lead.branch_id, owner_id=lead.owner_id)
