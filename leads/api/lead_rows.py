"""Leads as the API shows them: plain dicts, because a list of two hundred must be cheap.

`LeadOut` and `LeadEventOut` say the same in the document; a test compares them.
"""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from leads.models import Lead, LeadEvent
from leads.models.lead import LeadStatus
from leads.models.lead_event import LeadEventKind


class LeadOut(serializers.Serializer[Any]):
    """An enquiry of one person at one branch."""

    id = serializers.UUIDField()
    customer_id = serializers.UUIDField(
        allow_null=True, help_text="Follows merges; null while nobody is linked."
    )
    branch_id = serializers.UUIDField(allow_null=True)
    source_id = serializers.UUIDField(allow_null=True)
    external_id = serializers.CharField(help_text="The id at its source; may be empty.")
    owner_id = serializers.UUIDField(allow_null=True, help_text="A member of staff.")
    assigned_at = serializers.DateTimeField(allow_null=True)
    status = serializers.ChoiceField(LeadStatus.choices)
    is_open = serializers.BooleanField(help_text="New, working, pending or qualified.")
    full_name = serializers.CharField()
    phone = serializers.CharField(help_text="E.164; empty where there is none.")
    phone_as_typed = serializers.CharField()
    email = serializers.CharField()
    interest = serializers.CharField(help_text="What they want, such as a model.")
    variant = serializers.CharField()
    location = serializers.CharField()
    remarks = serializers.CharField()
    reason = serializers.CharField(help_text="Why it was closed.")
    follow_up_at = serializers.DateTimeField(allow_null=True)
    attempts = serializers.IntegerField(help_text="How often the status has changed.")
    received_at = serializers.DateTimeField()
    last_activity_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


def lead_row(lead: Lead) -> dict[str, Any]:
    """What `LeadOut` documents."""
    return {
        "id": lead.pk,
        "customer_id": lead.customer_id,
        "branch_id": lead.branch_id,
        "source_id": lead.source_id,
        "external_id": lead.external_id,
        "owner_id": lead.owner_id,
        "assigned_at": lead.assigned_at,
        "status": str(lead.status),
        "is_open": lead.is_open,
        "full_name": lead.full_name,
        "phone": lead.phone,
        "phone_as_typed": lead.phone_as_typed,
        "email": lead.email,
        "interest": lead.interest,
        "variant": lead.variant,
        "location": lead.location,
        "remarks": lead.remarks,
        "reason": lead.reason,
        "follow_up_at": lead.follow_up_at,
        "attempts": lead.attempts,
        "received_at": lead.received_at,
        "last_activity_at": lead.last_activity_at,
        "closed_at": lead.closed_at,
        "version": lead.version,
    }


def lead_rows(leads: Sequence[Lead]) -> list[dict[str, Any]]:
    """The leads of a page."""
    return [lead_row(lead) for lead in leads]


class LeadEventOut(serializers.Serializer[Any]):
    """One line of a lead's history."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(LeadEventKind.choices)
    at = serializers.DateTimeField()
    old_status = serializers.CharField()
    new_status = serializers.CharField()
    attempt = serializers.IntegerField(allow_null=True)
    remarks = serializers.CharField()
    by = serializers.CharField(help_text="Who did it, by name.")
    by_staff_id = serializers.UUIDField(allow_null=True)
    data = serializers.DictField(  # type: ignore[assignment] # the metaclass takes it away
        help_text="More, by kind: owners, reasons, names of fields."
    )


def event_row(event: LeadEvent) -> dict[str, Any]:
    """What `LeadEventOut` documents."""
    return {
        "id": event.pk,
        "kind": event.kind,
        "at": event.at,
        "old_status": event.old_status,
        "new_status": event.new_status,
        "attempt": event.attempt,
        "remarks": event.remarks,
        "by": event.by_name,
        "by_staff_id": event.by_id,
        "data": event.data,
    }


def event_rows(events: Sequence[LeadEvent]) -> list[dict[str, Any]]:
    """The lines of a page."""
    return [event_row(event) for event in events]
