"""Open leads of records that are merged: at one branch one of them goes on."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from customers.merging.journal import Journal
from customers.merging.returning import ReturningRows
from customers.merging.settlers import MergeConflict, Nothing, Participants
from customers.merging.unwinding import HOLDER
from customers.models.merge import MoveKind
from leads.models import Lead, LeadEvent
from leads.models.lead import OPEN_STATUSES, LeadStatus
from leads.models.lead_event import LeadEventKind

RELATION = "leads.Lead.customer"
EVENTS = "leads.LeadEvent"
STATUS = ("status", "reason", "closed_at", "follow_up_at")
REASON = "Merged: another open lead of the same person goes on."


class OpenLeadSettler(Nothing):
    """Asks which lead goes on, and closes the others as Disqualified."""

    def conflicts(self, participants: Participants) -> Sequence[MergeConflict]:
        """One question a branch at which the records together have several open leads."""
        return [
            MergeConflict(
                key=_key(leads[0].branch_id),
                question=f"Several open leads {_place(leads[0])}: which one goes on?",
                options=[(str(lead.pk), _words(lead)) for lead in leads],
                chosen=str(max(leads, key=lambda one: (one.last_activity_at, one.pk)).pk),
            )
            for leads in _rivals(participants.ids)
        ]

    def before_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """Close the leads that do not go on."""
        rivals = _rivals(participants.ids, lock=True)
        if not rivals:
            return
        going_on = {participants.solution(one) for one in self.conflicts(participants)}
        closing = [lead for leads in rivals for lead in leads if str(lead.pk) not in going_on]
        new = {
            "status": LeadStatus.DISQUALIFIED,
            "reason": REASON,
            "closed_at": timezone.now(),
            "follow_up_at": None,
        }
        journal.note(
            relation=RELATION,
            kind=MoveKind.CHANGED,
            rows=[(lead.pk, {name: getattr(lead, name) for name in new}, new) for lead in closing],
        )
        ids = [lead.pk for lead in closing]
        Lead.objects.filter(pk__in=ids).update(**new, version=F("version") + 1)
        _tell(actor, journal, closing, new)

    def reads(self) -> Sequence[str]:
        """What decides whether two leads contradict each other."""
        return (*STATUS, "branch_id")

    def returning(self, plan: ReturningRows) -> None:
        """A lead that the merge had closed stays so where another one is open by now."""
        open_now = _open_beside(plan)
        for row_id, row in sorted(plan.final.items(), key=lambda one: _is_reopening(plan, one[0])):
            if row["status"] not in OPEN_STATUSES:
                continue
            place = (str(row[HOLDER]), row["branch_id"])
            if place not in open_now:
                open_now.add(place)
                continue
            before = plan.current[row_id]
            kept = STATUS if _is_reopening(plan, row_id) else (HOLDER,)
            row.update({name: before[name] for name in kept})
            plan.covered.add(row_id)


def _is_reopening(plan: ReturningRows, row_id: str) -> bool:
    return plan.current[row_id]["status"] not in OPEN_STATUSES


def _open_beside(plan: ReturningRows) -> set[tuple[str, str | None]]:
    """Where, beside the rows of the plan, a lead is open: customer and branch."""
    holders = {str(row[HOLDER]) for row in plan.final.values()}
    rows = Lead.objects.open().filter(customer_id__in=holders).exclude(pk__in=list(plan.final))
    return {
        (str(customer_id), str(branch_id) if branch_id else None)
        for customer_id, branch_id in rows.values_list("customer_id", "branch_id")
    }


def _tell(actor: Actor, journal: Journal, leads: Sequence[Lead], new: dict[str, Any]) -> None:
    events = LeadEvent.objects.bulk_create(
        LeadEvent(
            company=actor.company,
            lead=lead,
            kind=LeadEventKind.STATUS_CHANGED,
            old_status=lead.status,
            new_status=LeadStatus.DISQUALIFIED,
            remarks=REASON,
            by=actor.staff,
            by_name=actor.name,
        )
        for lead in leads
    )
    journal.note(
        relation=EVENTS,
        kind=MoveKind.CREATED,
        rows=[(event.pk, None, {"lead_id": event.lead_id}) for event in events],
    )
    audit.record_many(
        actor=actor,
        action="lead.status_changed",
        subjects=dict.fromkeys(leads, new),
        old={lead: {name: getattr(lead, name) for name in new} for lead in leads},
        reason=REASON,
    )
    outbox.publish(
        actor=actor,
        topic="lead.status_changed",
        payload={"lead_ids": [lead.pk for lead in leads]},
    )


def take_back_events(merge_id: UUID) -> None:
    """Remove the lines that the merge has added to leads' histories."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT merge_take_back_lead_events(%s)", [merge_id])


def _rivals(customer_ids: Collection[UUID], *, lock: bool = False) -> list[list[Lead]]:
    """Open leads of these customers, those of one branch together, where there are several."""
    rows: QuerySet[Lead] = Lead.objects.open().filter(customer_id__in=customer_ids).order_by("pk")
    if lock:
        rows = rows.select_for_update(no_key=True, of=("self",))
    by_branch: dict[UUID | None, list[Lead]] = {}
    for lead in rows.select_related("branch"):
        by_branch.setdefault(lead.branch_id, []).append(lead)
    return [leads for leads in by_branch.values() if len(leads) > 1]


def _key(branch_id: UUID | None) -> str:
    return f"open_leads:{branch_id or 'none'}"


def _place(lead: Lead) -> str:
    return f"at {lead.branch.name}" if lead.branch else "without a branch"


def _words(lead: Lead) -> str:
    received = f"{timezone.localtime(lead.received_at):%Y-%m-%d}"
    return f"{lead.full_name or 'Lead'}, {lead.get_status_display()}, received {received}"
