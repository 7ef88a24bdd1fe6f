"""What happened to a customer's leads, for the customer's timeline."""

from uuid import UUID

from django.urls import reverse

from crm.actors import Actor
from crm.roles import Action
from customers.selectors.timeline import TimelineCursor, TimelineEntry, newest_rows
from leads.models import LeadEvent
from leads.models.lead import LeadStatus
from leads.models.lead_event import LeadEventKind

ICONS = {
    LeadEventKind.WALK_IN_CREATED: "footprints",
    LeadEventKind.WALK_IN_AGAIN: "footprints",
    LeadEventKind.ASSIGNED: "user",
    LeadEventKind.EDITED: "pencil",
    LeadEventKind.LINKED: "link",
}
TITLES = {
    LeadEventKind.CREATED: "Lead logged",
    LeadEventKind.EDITED: "Lead edited",
    LeadEventKind.LINKED: "Lead linked to this customer",
}


def lead_events(
    *, actor: Actor, customer_id: UUID, before: TimelineCursor | None, limit: int
) -> list[TimelineEntry]:
    """The history of all the customer's leads; one query.

    Staff see it at every branch, a key that is limited to some sees theirs.
    """
    events = LeadEvent.objects.filter(lead__customer_id=customer_id)
    if actor.key_branch_ids is not None:
        events = events.filter(lead__branch_id__in=actor.key_branch_ids)
    events = events.select_related("lead", "lead__branch")
    newest = newest_rows(events, kind="lead", moment="at", before=before, limit=limit)
    return [_entry(actor, event) for event in newest]


def _entry(actor: Actor, event: LeadEvent) -> TimelineEntry:
    lead = event.lead
    may_open = actor.may_on(Action.VIEW_LEAD, branch_id=lead.branch_id, owner_id=lead.owner_id)
    place = f" · {lead.branch.name}" if lead.branch else ""
    return TimelineEntry(
        at=event.at,
        kind="lead",
        id=str(event.pk),
        title=f"{_title(event)}{place}",
        detail=event.remarks or str(event.data.get("reason", "")),
        by=event.by_name,
        url=reverse("leads:lead", args=[lead.pk]) if may_open else "",
        icon=ICONS.get(LeadEventKind(event.kind), "target"),
    )


def _title(event: LeadEvent) -> str:
    kind = LeadEventKind(event.kind)
    if kind in (LeadEventKind.STATUS_CHANGED, LeadEventKind.REOPENED):
        old, new = LeadStatus(event.old_status).label, LeadStatus(event.new_status).label
        verb = "Lead reopened" if kind is LeadEventKind.REOPENED else "Lead"
        return f"{verb}: {old} → {new}"
    if kind is LeadEventKind.ASSIGNED:
        owner = event.data.get("new_owner") or "nobody"
        return f"Lead assigned to {owner}"
    return TITLES.get(kind, kind.label)
