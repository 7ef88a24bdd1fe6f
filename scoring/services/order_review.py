"""What people decide about single orders: confirm, whose it is, take out, bring back."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.roles import Action
from customers.models import Customer
from customers.selectors.survivors import survivors_of
from customers.services.activity import touch
from scoring.models import LinkMethod, Order, Removal, ReviewState


@transaction.atomic
def confirm_order(*, actor: Actor, order_id: UUID) -> Order:
    """The figures are right as they are: the order counts from now on.

    It stays confirmed until a newer version brings other figures. Confirming again changes
    nothing. Raises Forbidden, NotFound, and Conflict for an order that nobody doubted.
    """
    order = _locked(actor, order_id)
    if order.review == ReviewState.CONFIRMED:
        return order
    if order.review == ReviewState.FINE:
        raise Conflict("This order does not wait for anybody.", code="not_flagged")
    _save(actor, order, "order.confirmed", {"review": ReviewState.CONFIRMED})
    return order


@transaction.atomic
def link_order(*, actor: Actor, order_id: UUID, customer_id: UUID) -> Order:
    """The order is this customer's, whatever the buyer typed; no machine changes it again.

    A merged customer means the survivor. Raises Forbidden, NotFound, and InvalidInput at
    `customer` for one who is deleted or of another company.
    """
    actor.require(Action.REVIEW_ORDERS)
    survivor = survivors_of([customer_id]).get(customer_id, customer_id)
    order = _locked(actor, order_id, survivor)
    customer = Customer.objects.live().filter(pk=survivor).first()
    if customer is None:
        raise InvalidInput.field("customer", "Choose a customer of this company.")
    if order.customer_id == customer.pk and order.link_method == LinkMethod.HAND:
        return order
    _save(
        actor, order, "order.linked", {"customer_id": customer.pk, "link_method": LinkMethod.HAND}
    )
    touch(customer_id=customer.pk, at=min(order.ordered_at, timezone.now()))
    return order


@transaction.atomic
def unlink_order(*, actor: Actor, order_id: UUID) -> Order:
    """The order is not this customer's; no machine links it again. Raises Forbidden, NotFound."""
    order = _locked(actor, order_id)
    if order.customer_id is None and order.link_method == LinkMethod.HAND:
        return order
    _save(actor, order, "order.unlinked", {"customer_id": None, "link_method": LinkMethod.HAND})
    return order


@transaction.atomic
def remove_order(*, actor: Actor, order_id: UUID, reason: str) -> Order:
    """Take an order out: a test, a duplicate. It is kept, counts no more, and stays out.

    Raises Forbidden, NotFound, and InvalidInput at `reason` without one.
    """
    order = _locked(actor, order_id)
    reason = reason.strip()
    if not reason or len(reason) > 500 or "\x00" in reason:
        raise InvalidInput.field("reason", "Say why, in at most 500 characters.")
    if order.removed_by == Removal.HAND:
        return order
    values = {"removed_at": timezone.now(), "removed_by": Removal.HAND}
    _save(actor, order, "order.removed", values, reason=reason)
    return order


@transaction.atomic
def restore_order(*, actor: Actor, order_id: UUID) -> Order:
    """Bring a removed order back as it was. Raises Forbidden and NotFound."""
    order = _locked(actor, order_id)
    if order.removed_at is not None:
        _save(actor, order, "order.restored", {"removed_at": None, "removed_by": ""})
    return order


def _locked(actor: Actor, order_id: UUID, *customer_ids: UUID) -> Order:
    """The order, its customer (and the others) locked before it (docs/locking.md)."""
    actor.require(Action.REVIEW_ORDERS)
    try:
        owner = Order.objects.values_list("customer_id", flat=True).get(pk=order_id)
    except (Order.DoesNotExist, ValidationError):
        raise NotFound from None
    wanted = {*customer_ids} | ({owner} if owner else set())
    rows = Customer.objects.filter(pk__in=wanted).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    order = Order.objects.select_for_update(no_key=True, of=("self",)).get(pk=order_id)
    if order.customer_id != owner:
        raise Conflict("This order was changed a moment ago. Try again.", code="busy")
    return order


def _save(
    actor: Actor, order: Order, action: str, values: dict[str, Any], *, reason: str = ""
) -> None:
    old, new = audit.changed_values(order, values)
    for name, value in new.items():
        setattr(order, name, value)
    order.save(update_fields=[*new, "updated_at"])
    audit.record(actor=actor, action=action, subject=order, old=old, new=new, reason=reason)
    concerned = {old.get("customer_id"), order.customer_id} - {None}
    outbox.publish(
        actor=actor,
        topic="order.updated",
        payload={
            "order_ids": [order.pk],
            "customer_ids": sorted(concerned, key=str),
            "told": action,
            "previous_customer_id": old.get("customer_id"),
        },
    )
