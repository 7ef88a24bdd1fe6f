"""What a timeline tells of merges: what was taken in, what was separated again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crm.actors import Actor
from crm.models import AuditEvent
from customers.models import Customer
from customers.selectors.survivors import taken_in_by
from customers.selectors.timeline import TimelineCursor, TimelineEntry, newest_rows

KIND = "merge"
MERGED, UNMERGED = "customer.merged", "customer.unmerged"


def merges(
    *, actor: Actor, customer_id: UUID, before: TimelineCursor | None, limit: int
) -> list[TimelineEntry]:
    """Merges and undos of this record and of those that it has taken in, two queries."""
    rows = AuditEvent.objects.filter(
        subject_type=Customer._meta.label_lower,
        subject_id__in=subjects(customer_id),
        action__in=(MERGED, UNMERGED),
    )
    return [
        TimelineEntry(
            at=event.at,
            kind=KIND,
            id=str(event.pk),
            title=_title(event.action, event.subject_id, event.new or {}),
            detail=event.reason,
            by=event.actor_name,
            icon="merge" if event.action == MERGED else "split",
        )
        for event in newest_rows(rows, kind=KIND, moment="at", before=before, limit=limit)
    ]


def subjects(customer_id: UUID) -> list[str]:
    """The ids under which the trail knows a record: its own and those of what it took in."""
    return [str(customer_id), *(str(pk) for pk in taken_in_by(customer_id))]


def _title(action: str, subject_id: str, facts: Mapping[str, Any]) -> str:
    people = ", ".join(facts.get("people", ()))
    is_survivor = facts.get("survivor") == subject_id
    if action == MERGED:
        return f"Took in {people}" if is_survivor else f"Became part of {facts.get('into', '')}"
    return f"Separated from {people if is_survivor else facts.get('from', '')}"
