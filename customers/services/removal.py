"""Taking a customer out of sight, and back. Nothing is ever erased here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.roles import Action
from customers.models import ContactPoint, Customer
from customers.models.customer import RecordState
from customers.services.customer_fields import clean_line
from customers.services.live_customer import require_live_customer
from customers.services.sharing import holders_of, mark_shared

ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Restored:
    """The customer, and which of their phones and e-mails others had taken in the meantime."""

    customer: Customer
    now_shared: Sequence[ContactPoint]


@transaction.atomic
def delete_customer(*, actor: Actor, customer_id: UUID, reason: str) -> Customer:
    """Take the customer out of lists and search; their phones identify nobody any more.

    Raises InvalidInput at `reason` when none is given, NotFound, and Conflict when the customer is
    merged or deleted already.
    """
    actor.require(Action.DELETE_CUSTOMER)
    reason = clean_line("reason", reason)
    if not reason:
        raise InvalidInput.field("reason", "Say why the customer is deleted.")
    customer = require_live_customer(customer_id, lock=True)
    _set_state(customer, RecordState.DELETED)
    audit.record(
        actor=actor,
        action="customer.deleted",
        subject=customer,
        old={"record_state": RecordState.ACTIVE},
        new={"record_state": RecordState.DELETED},
        reason=reason,
    )
    outbox.publish(actor=actor, topic="customer.deleted", payload={"customer_id": customer.pk})
    return customer


@transaction.atomic
def delete_customers(*, actor: Actor, customer_ids: Collection[UUID], reason: str) -> int:
    """Delete hundreds at once, in a fixed number of statements; returns how many were live.

    Merged and deleted ones are passed over. Raises InvalidInput when no reason is given.
    """
    actor.require(Action.DELETE_CUSTOMER)
    reason = clean_line("reason", reason)
    if not reason:
        raise InvalidInput.field("reason", "Say why the customers are deleted.")
    rows = Customer.objects.filter(pk__in=customer_ids, record_state=RecordState.ACTIVE)
    customers = list(rows.order_by("pk").select_for_update(no_key=True))
    now = timezone.now()
    Customer.objects.filter(pk__in=[customer.pk for customer in customers]).update(
        record_state=RecordState.DELETED, deleted_at=now, version=F("version") + 1, updated_at=now
    )
    audit.record_many(
        actor=actor,
        action="customer.deleted",
        subjects={customer: {"record_state": RecordState.DELETED} for customer in customers},
        reason=reason,
    )
    outbox.publish_many(
        actor=actor,
        events=[("customer.deleted", {"customer_id": customer.pk}) for customer in customers],
    )
    return len(customers)


@transaction.atomic
def restore_customer(*, actor: Actor, customer_id: UUID) -> Restored:
    """Bring a deleted customer back.

    A phone or e-mail that identifies somebody else by now becomes shared, at both: the result names
    them. Raises NotFound, and Conflict when the customer is not deleted.
    """
    actor.require(Action.DELETE_CUSTOMER)
    customer = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    if customer.record_state != RecordState.DELETED:
        raise Conflict("This customer is not deleted.", code="not_deleted")
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _restore(actor, customer)
        except IntegrityError:
            continue  # somebody was given one of the numbers since we looked
    raise Conflict("Their number is being given to others right now. Try again.", code="busy")


def _restore(actor: Actor, customer: Customer) -> Restored:
    own = list(ContactPoint.objects.filter(customer=customer))
    others = holders_of(own)
    taken = {(point.kind, point.value) for point in others}
    now_shared = [point for point in own if (point.kind, point.value) in taken]
    mark_shared(actor=actor, points=others)
    ContactPoint.objects.filter(pk__in=[point.pk for point in now_shared]).update(is_shared=True)
    _set_state(customer, RecordState.ACTIVE)
    audit.record(
        actor=actor,
        action="customer.restored",
        subject=customer,
        old={"record_state": RecordState.DELETED},
        new={
            "record_state": RecordState.ACTIVE,
            "now_shared": [point.value for point in now_shared],
        },
    )
    outbox.publish(actor=actor, topic="customer.restored", payload={"customer_id": customer.pk})
    for point in now_shared:
        point.is_shared = point.is_live = True
    return Restored(customer=customer, now_shared=now_shared)


def _set_state(customer: Customer, state: RecordState) -> None:
    customer.record_state = state
    customer.deleted_at = timezone.now() if state == RecordState.DELETED else None
    customer.version += 1
    customer.save(update_fields=["record_state", "deleted_at", "version", "updated_at"])
