"""The audit trail: written in the transaction of the change, or the change does not happen."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from crm.actors import Actor
from crm.models import AuditEvent


def plain(value: Any) -> Any:
    """A value as JSON keeps it: ids, times and money as text, records as their id."""
    if isinstance(value, Model):
        return plain(value.pk)
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def changed_values(
    record: Model, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The old and the new values of the fields that `values` would really change."""
    old = {name: getattr(record, name) for name in values}
    names = [name for name in values if old[name] != values[name]]
    return {name: old[name] for name in names}, {name: values[name] for name in names}


def record(
    *,
    actor: Actor,
    action: str,
    subject: Model,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append one event. `action` reads `<noun>.<past participle>`, such as `customer.updated`."""
    AuditEvent.objects.bulk_create([_event(actor, action, subject, old, new, reason)])


def record_many(
    *,
    actor: Actor,
    action: str,
    subjects: Mapping[Model, Mapping[str, Any]],
    old: Mapping[Model, Mapping[str, Any]] | None = None,
    reason: str = "",
) -> None:
    """Append one event for each subject with its new values, in one statement.

    `old` holds the values before, of the subjects that had some.
    """
    before = old or {}
    AuditEvent.objects.bulk_create(
        [
            _event(actor, action, subject, before.get(subject), new, reason)
            for subject, new in subjects.items()
        ],
        batch_size=1000,
    )


def _event(
    actor: Actor,
    action: str,
    subject: Model,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    reason: str,
) -> AuditEvent:
    # lane, position and hashes are set by the trigger (crm/sql/audit_chain.sql)
    return AuditEvent(
        company_id=actor.company.pk,
        at=timezone.now(),
        door=actor.door.value,
        actor_staff_id=actor.staff.pk if actor.staff else None,
        actor_name=actor.name,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        reason=reason,
        old=plain(old) if old is not None else None,
        new=plain(new) if new is not None else None,
        request_id=actor.request_id,
        lane=0,
        position=0,
        previous_hash=b"",
        row_hash=b"",
    )
