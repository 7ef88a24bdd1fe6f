"""Changing what is known of a customer, without overwriting somebody else's change."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import StaleVersion
from crm.models import AuditEvent
from crm.roles import Action
from customers.models import Customer
from customers.models.customer import RecordState
from customers.services.customer_fields import clean_fields, clean_line
from customers.services.live_customer import require_live_customer


@transaction.atomic
def edit_customer(
    *,
    actor: Actor,
    customer_id: UUID,
    version: int,
    changes: Mapping[str, Any],
    reason: str = "",
) -> Customer:
    """Change some editable fields of the version that the editor had before their eyes.

    Nothing is written when nothing changes. Raises InvalidInput, NotFound, Conflict for a merged
    or deleted customer, and StaleVersion when somebody saved first: its details hold `current` and
    `yours` (the fields asked for), `current_version` and `changed_by`.
    """
    actor.require(Action.EDIT_CUSTOMER)
    reason = clean_line("reason", reason)
    values = clean_fields(changes)
    customer = require_live_customer(customer_id)
    old, new = audit.changed_values(customer, values)
    if not new:
        return customer
    written = Customer.objects.filter(
        pk=customer_id, version=version, record_state=RecordState.ACTIVE
    ).update(**new, version=F("version") + 1, updated_at=timezone.now())
    if not written:
        raise _stale(customer_id, values)
    audit.record(
        actor=actor, action="customer.updated", subject=customer, old=old, new=new, reason=reason
    )
    outbox.publish(
        actor=actor,
        topic="customer.updated",
        payload={"customer_id": customer_id, "changed": sorted(new)},
    )
    return Customer.objects.get(pk=customer_id)


def _stale(customer_id: UUID, values: Mapping[str, Any]) -> StaleVersion:
    current = require_live_customer(customer_id)
    last_change = (
        AuditEvent.objects.filter(
            subject_type=Customer._meta.label_lower,
            subject_id=str(customer_id),
            action="customer.updated",
        )
        .order_by("-id")
        .first()
    )
    changed_by = last_change.actor_name if last_change else ""
    return StaleVersion(
        f"{changed_by or 'Somebody'} saved this customer first. "
        "Compare both versions and save again.",
        details={
            "current": {name: getattr(current, name) for name in values},
            "yours": dict(values),
            "current_version": current.version,
            "changed_by": changed_by,
        },
    )
