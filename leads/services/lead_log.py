"""The trail that every change of a lead leaves: history, audit, outbox, last activity."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from customers.services.activity import touch
from leads.models import Lead, LeadEvent
from leads.models.lead_event import LeadEventKind


def write_history(
    *,
    actor: Actor,
    lead: Lead,
    kind: LeadEventKind,
    old_status: str = "",
    new_status: str = "",
    attempt: int | None = None,
    remarks: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """One line of the lead's history."""
    LeadEvent.objects.create(
        company=actor.company,
        lead=lead,
        kind=kind,
        old_status=old_status,
        new_status=new_status,
        attempt=attempt,
        remarks=remarks,
        by=actor.staff,
        by_name=actor.name,
        data=audit.plain(data or {}),
    )


def apply_changes(lead: Lead, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Save what really differs, with the time; returns the old and the new values.

    The version rises only with a difference: to hear from somebody again is no edit.
    """
    old, new = audit.changed_values(lead, values)
    for name, value in new.items():
        setattr(lead, name, value)
    if new:
        lead.version += 1
    lead.last_activity_at = timezone.now()
    lead.save(update_fields=[*new, "version", "last_activity_at", "updated_at"])
    return old, new


def record_change(
    *,
    actor: Actor,
    lead: Lead,
    action: str,
    topic: str,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Audit the change, announce it, and note on the customer that something happened."""
    audit.record(
        actor=actor, action=action, subject=lead, old=_ids(old), new=_ids(new), reason=reason
    )
    outbox.publish(
        actor=actor,
        topic=topic,
        payload={
            "lead_id": lead.pk,
            "customer_id": lead.customer_id,
            "changed": sorted(new or ()) if topic == "lead.updated" else [],
        },
    )
    if lead.customer_id is not None:
        touch(customer_id=lead.customer_id, at=lead.last_activity_at)


def _ids(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Records as their ids, under the column's name."""
    if values is None:
        return None
    return {
        f"{name}_id" if isinstance(value, Model) else name: value for name, value in values.items()
    }
