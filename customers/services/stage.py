"""How far the relation with a customer has come."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import InvalidInput
from crm.roles import Action
from customers.models import Customer, StageChange
from customers.models.customer import LifecycleStage
from customers.services.customer_fields import clean_line
from customers.services.live_customer import require_live_customer


@transaction.atomic
def change_stage(*, actor: Actor, customer_id: UUID, stage: str, reason: str = "") -> Customer:
    """Move the customer to another stage, in the history with its reason.

    The stage they are in already: nothing is written. The version stays, because no form edits the
    stage. Raises InvalidInput at `stage`, NotFound, and Conflict for a merged or deleted customer.
    """
    actor.require(Action.CHANGE_STAGE)
    if stage not in LifecycleStage.values:
        raise InvalidInput.field("stage", "Choose one of the stages on the list.")
    reason = clean_line("reason", reason)
    customer = require_live_customer(customer_id, lock=True)
    old_stage = customer.lifecycle_stage
    if old_stage == stage:
        return customer
    customer.lifecycle_stage, customer.stage_changed_at = stage, timezone.now()
    customer.save(update_fields=["lifecycle_stage", "stage_changed_at", "updated_at"])
    StageChange.objects.create(
        company=actor.company,
        customer=customer,
        old_stage=old_stage,
        new_stage=stage,
        at=customer.stage_changed_at,
        changed_by=actor.name,
        reason=reason,
    )
    audit.record(
        actor=actor,
        action="customer.stage_changed",
        subject=customer,
        old={"lifecycle_stage": old_stage},
        new={"lifecycle_stage": stage},
        reason=reason,
    )
    outbox.publish(
        actor=actor,
        topic="customer.updated",
        payload={"customer_id": customer.pk, "changed": ["lifecycle_stage"]},
    )
    return customer
