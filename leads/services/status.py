"""The status of a lead: what each one asks for, and what a change does.

Any status may follow any other (source systems S3.2, the sound version): reopening is a change
like the rest, as long as the customer has no other open lead at the branch.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from leads.models import Lead
from leads.models.lead import CLOSED_STATUSES, OPEN_STATUSES, LeadStatus
from leads.models.lead_event import LeadEventKind
from leads.services.lead_fields import clean_fields, clean_follow_up, is_over, supplied
from leads.services.lead_lock import locked_lead, require_version, require_work
from leads.services.lead_log import apply_changes, record_change, write_history
from leads.services.open_leads import open_lead_of
from leads.services.stage_effects import advance_stage

NEEDS_REASON = (LeadStatus.DISQUALIFIED, LeadStatus.LOST)


@transaction.atomic
def change_status(
    *,
    actor: Actor,
    lead_id: UUID,
    version: int,
    status: str,
    follow_up_at: datetime | None = None,
    remarks: str = "",
    reason: str = "",
) -> Lead:
    """Move the lead to a status; the same status with new details is an edit, not an attempt.

    Pending needs a follow-up and remarks, Disqualified and Lost a reason. A real change raises
    the attempts by one, takes the follow-up that is given (none means none) and keeps remarks
    where none are given. A closed lead has no follow-up, an open one no reason. A real change that
    brings along the lead's own follow-up after its time has done it: Pending asks for the next.

    Raises InvalidInput at its field, StaleVersion, NotFound, Forbidden; Conflict `open_lead` when
    reopening while another lead of the customer is open at the branch.
    """
    if status not in LeadStatus.values:
        raise InvalidInput.field("status", "Choose one of the statuses on the list.")
    texts = clean_fields({"remarks": remarks, "reason": reason})
    lead = locked_lead(lead_id)
    require_work(actor, lead)
    require_version(lead, version, {"status": status, "follow_up_at": follow_up_at, **texts})
    # A form sends back the follow-up that it showed: one that has come due is no new mistake.
    shown_again = follow_up_at is not None and follow_up_at == lead.follow_up_at
    is_done = shown_again and status != lead.status and is_over(follow_up_at)
    if is_done:
        follow_up_at = None
    elif not shown_again or status != lead.status:
        follow_up_at = clean_follow_up(actor, follow_up_at)
    given = {**texts, "follow_up_at": follow_up_at}
    _refuse_misplaced(status, given)
    if status == lead.status:
        return _edit_details(actor, lead, given)
    _require_details(status, given, last_follow_up_is_done=is_done)
    return _move(actor, lead, status, given)


def _refuse_misplaced(status: str, given: dict[str, Any]) -> None:
    if status in CLOSED_STATUSES and given["follow_up_at"] is not None:
        raise InvalidInput.field("follow_up_at", "A closed lead has no follow-up.")
    if status in OPEN_STATUSES and given["reason"]:
        raise InvalidInput.field("reason", "A reason is for closing a lead. Use the remarks.")


def _require_details(status: str, given: dict[str, Any], *, last_follow_up_is_done: bool) -> None:
    errors: dict[str, str] = {}
    if status == LeadStatus.PENDING and given["follow_up_at"] is None:
        errors["follow_up_at"] = (
            "The last follow-up is over. When is the next one?"
            if last_follow_up_is_done
            else "Pending needs a time to follow up."
        )
    if status == LeadStatus.PENDING and not given["remarks"]:
        errors["remarks"] = "Pending needs remarks: what are we waiting for?"
    if status in NEEDS_REASON and not given["reason"]:
        errors["reason"] = f"{LeadStatus(status).label} needs a reason."
    if errors:
        raise InvalidInput(next(iter(errors.values())), fields=errors)


def _move(actor: Actor, lead: Lead, status: str, given: dict[str, Any]) -> Lead:
    old_status, closes = lead.status, status in CLOSED_STATUSES
    reopens = not lead.is_open and not closes
    if reopens:
        _refuse_second_open(lead)
    changes = {
        "status": status,
        "attempts": lead.attempts + 1,
        "follow_up_at": given["follow_up_at"],
        "reason": given["reason"] if closes else "",
        "closed_at": timezone.now() if closes else None,
        **supplied({"remarks": given["remarks"]}),
    }
    old, new = apply_changes(lead, changes)
    write_history(
        actor=actor,
        lead=lead,
        kind=LeadEventKind.REOPENED if reopens else LeadEventKind.STATUS_CHANGED,
        old_status=old_status,
        new_status=status,
        attempt=lead.attempts,
        remarks=given["remarks"],
        data=supplied({"follow_up_at": given["follow_up_at"], "reason": given["reason"]}),
    )
    record_change(
        actor=actor,
        lead=lead,
        action="lead.status_changed",
        topic="lead.status_changed",
        old=old,
        new=new,
        reason=given["reason"],
    )
    advance_stage(actor, lead)
    return lead


def _refuse_second_open(lead: Lead) -> None:
    if lead.customer_id is None:
        return
    other = open_lead_of(lead.customer_id, lead.branch_id, but_not=lead.pk)
    if other is not None:
        raise Conflict(
            "This lead cannot be reopened: the customer has another open lead at this branch.",
            code="open_lead",
            details={"lead_id": other.pk},
        )


def _edit_details(actor: Actor, lead: Lead, given: dict[str, Any]) -> Lead:
    """New follow-up, remarks or reason under the same status; what is not given stays."""
    changes = supplied(given)
    if all(getattr(lead, name) == value for name, value in changes.items()):
        return lead
    old, new = apply_changes(lead, changes)
    write_history(
        actor=actor,
        lead=lead,
        kind=LeadEventKind.EDITED,
        old_status=lead.status,
        new_status=lead.status,
        remarks=new.get("remarks", ""),
        data={name: value for name, value in new.items() if name != "remarks"},
    )
    record_change(
        actor=actor, lead=lead, action="lead.updated", topic="lead.updated", old=old, new=new
    )
    return lead
