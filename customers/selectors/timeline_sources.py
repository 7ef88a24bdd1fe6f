"""What the customers app itself tells in a timeline: notes, stages, consent, changes."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from crm.actors import Actor
from crm.models import AuditEvent
from customers.models import ConsentEvent, Customer, Note, StageChange
from customers.models.customer import PreferredContact
from customers.selectors.merge_timeline import subjects
from customers.selectors.timeline import TimelineCursor, TimelineEntry, newest_rows

FIELD_LABELS = {
    "full_name": "Name",
    "address_line": "Address",
    "city": "City",
    "postcode": "Postcode",
    "country": "Country",
    "birthday": "Birthday",
    "language": "Language",
    "preferred_contact": "Preferred contact",
    "tags": "Tags",
}
# Views stand in the audit trail too, but a look is nothing that happened with the customer.
EVENTS = {
    "customer.created": ("Added", "user-plus"),
    "customer.updated": ("Details changed", "pencil"),
    "customer.tagged": ("Tags changed", "tag"),
    "customer.contact_added": ("Contact added", "plus"),
    "customer.contact_removed": ("Contact removed", "x"),
    "customer.contact_marked": ("Contact marked", "phone-off"),
    "customer.contact_shared": ("Now a shared contact", "users"),
    "customer.contact_unshared": ("No longer a shared contact", "user"),
    "customer.primary_changed": ("Main contact changed", "star"),
    "customer.profile_linked": ("App profile linked", "link"),
    "customer.profile_unlinked": ("App profile unlinked", "x"),
    "customer.deleted": ("Deleted", "ban"),
    "customer.restored": ("Restored", "rotate-ccw"),
}


def notes(
    *, actor: Actor, customer_id: UUID, before: TimelineCursor | None, limit: int
) -> list[TimelineEntry]:
    """What staff wrote down."""
    rows = Note.objects.filter(customer_id=customer_id)
    return [
        TimelineEntry(
            at=note.created_at,
            kind="note",
            id=str(note.pk),
            title="Note",
            detail=note.text,
            by=note.author_name,
            icon="sticky-note",
        )
        for note in newest_rows(rows, kind="note", moment="created_at", before=before, limit=limit)
    ]


def stages(
    *, actor: Actor, customer_id: UUID, before: TimelineCursor | None, limit: int
) -> list[TimelineEntry]:
    """Moves from stage to stage."""
    rows = StageChange.objects.filter(customer_id=customer_id)
    return [
        TimelineEntry(
            at=change.at,
            kind="stage",
            id=str(change.pk),
            title=f"{change.get_old_stage_display()} → {change.get_new_stage_display()}",
            detail=change.reason,
            by=change.changed_by,
            icon="flag",
        )
        for change in newest_rows(rows, kind="stage", moment="at", before=before, limit=limit)
    ]


def consents(
    *, actor: Actor, customer_id: UUID, before: TimelineCursor | None, limit: int
) -> list[TimelineEntry]:
    """Answers to whether marketing may reach them."""
    rows = ConsentEvent.objects.filter(customer_id=customer_id)
    return [
        TimelineEntry(
            at=event.happened_at,
            kind="consent",
            id=str(event.pk),
            title=f"{event.get_channel_display()}: {'yes' if event.granted else 'no'} to marketing",
            detail=event.source,
            by=event.recorded_by,
            icon="shield-check" if event.granted else "ban",
        )
        for event in newest_rows(
            rows, kind="consent", moment="happened_at", before=before, limit=limit
        )
    ]


def edits(
    *, actor: Actor, customer_id: UUID, before: TimelineCursor | None, limit: int
) -> list[TimelineEntry]:
    """Changes of the record and of those that it has taken in, from the audit trail."""
    rows = AuditEvent.objects.filter(
        subject_type=Customer._meta.label_lower,
        subject_id__in=subjects(customer_id),
        action__in=EVENTS,
    )
    return [
        TimelineEntry(
            at=event.at,
            kind="edit",
            id=str(event.pk),
            title=EVENTS[event.action][0],
            detail=event.reason or _told(event),
            by=event.actor_name,
            icon=EVENTS[event.action][1],
        )
        for event in newest_rows(rows, kind="edit", moment="at", before=before, limit=limit)
    ]


def _told(event: AuditEvent) -> str:
    """The change in words, from the old and new values that the trail keeps."""
    tell = _TELLERS.get(event.action)
    return tell(event.old or {}, event.new or {}) if tell else ""


def _told_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    told = (
        f"{label}: {_shown(field, old.get(field))} → {_shown(field, new[field])}"
        for field, label in FIELD_LABELS.items()
        if field in new
    )
    return "\n".join([*told, *_values_line(new)])


def _shown(field: str, value: Any) -> str:
    if not value:
        return "–"
    if field == "preferred_contact":
        return str(PreferredContact(value).label)
    return ", ".join(value) if isinstance(value, list) else str(value)


def _told_values(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    facts = new or old
    return "".join(_values_line(facts)) or str(facts.get("value") or "")


def _values_line(facts: Mapping[str, Any]) -> list[str]:
    values = [*facts.get("phones", ()), *facts.get("emails", ())]
    return [", ".join(values)] if values else []


def _told_mark(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    return f"{new['value']}: {'not valid' if new['is_invalid'] else 'valid again'}"


def _told_restored(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    shared = ", ".join(new.get("now_shared", ()))
    return f"Shared with somebody else by now: {shared}" if shared else ""


def _told_profile(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    facts = new or old
    return f"{facts.get('provider', '')}: {facts.get('profile_id', '')}"


_TELLERS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    "customer.created": _told_values,
    "customer.updated": _told_changes,
    "customer.tagged": _told_changes,
    "customer.contact_added": _told_values,
    "customer.contact_removed": _told_values,
    "customer.contact_shared": _told_values,
    "customer.contact_unshared": _told_values,
    "customer.primary_changed": _told_values,
    "customer.contact_marked": _told_mark,
    "customer.restored": _told_restored,
    "customer.profile_linked": _told_profile,
    "customer.profile_unlinked": _told_profile,
}
