"""What a lead says about the person and their wish, corrected."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.errors import InvalidInput
from customers.services.contact_entries import read_email, read_phone, regions_of
from leads.models import Lead
from leads.models.lead import LeadStatus
from leads.models.lead_event import LeadEventKind
from leads.services.lead_fields import clean_fields, clean_follow_up
from leads.services.lead_lock import locked_lead, require_version, require_work
from leads.services.lead_log import apply_changes, record_change, write_history
from leads.services.lead_parties import source_for

TEXTS = frozenset({"full_name", "interest", "variant", "location", "remarks"})
EDITABLE = TEXTS | {"phone_text", "email_text", "source_id", "follow_up_at"}


@transaction.atomic
def edit_lead(*, actor: Actor, lead_id: UUID, version: int, changes: Mapping[str, Any]) -> Lead:
    """Set the given fields (`EDITABLE`); an empty value empties the field.

    Raises InvalidInput at its field (all at once), StaleVersion, NotFound, Forbidden.
    """
    unknown = set(changes) - EDITABLE
    if unknown:
        raise InvalidInput("These fields cannot be changed here.", code="unknown_field")
    lead = locked_lead(lead_id)
    require_work(actor, lead)
    values = _read(actor, lead, changes)
    require_version(lead, version, values)
    old, new = apply_changes(lead, values)
    if not new:
        return lead
    write_history(
        actor=actor,
        lead=lead,
        kind=LeadEventKind.EDITED,
        old_status=lead.status,
        new_status=lead.status,
        remarks=new.get("remarks", ""),
        data={"fields": sorted(new)},
    )
    record_change(
        actor=actor, lead=lead, action="lead.updated", topic="lead.updated", old=old, new=new
    )
    return lead


def _read(actor: Actor, lead: Lead, changes: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in changes.items():
        try:
            values |= _read_field(actor, lead, name, value)
        except InvalidInput as error:
            errors |= error.fields
    if errors:
        raise InvalidInput(next(iter(errors.values())), fields=errors)
    return values


def _read_field(actor: Actor, lead: Lead, name: str, value: Any) -> dict[str, Any]:
    if name == "phone_text":
        return _read_phone_field(actor, lead, value or "")
    if name == "email_text":
        return {"email": read_email(value).value if (value or "").strip() else ""}
    if name == "source_id":
        same = value is not None and value == lead.source_id  # it may have been switched off since
        return {} if same else {"source": source_for(value)}
    if name == "follow_up_at":
        return _read_follow_up(actor, lead, value)
    text = clean_fields({name: value})
    if name == "remarks" and lead.status == LeadStatus.PENDING and not text["remarks"]:
        raise InvalidInput.field("remarks", "Pending needs remarks: what are we waiting for?")
    return dict(text)


def _read_phone_field(actor: Actor, lead: Lead, text: str) -> dict[str, Any]:
    if not text.strip():
        return {"phone": "", "phone_as_typed": ""}
    phone = read_phone(text, regions=regions_of(actor, lead.branch))
    return {"phone": phone.value, "phone_as_typed": phone.as_typed}


def _read_follow_up(actor: Actor, lead: Lead, value: Any) -> dict[str, Any]:
    if value == lead.follow_up_at:
        return {}
    if value is None and lead.status == LeadStatus.PENDING:
        raise InvalidInput.field("follow_up_at", "Pending needs a time to follow up.")
    if value is not None and not lead.is_open:
        raise InvalidInput.field("follow_up_at", "A closed lead has no follow-up.")
    return {"follow_up_at": clean_follow_up(actor, value)}
