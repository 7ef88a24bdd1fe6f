"""Orders without a customer find theirs as soon as the buyer's e-mail or phone is known."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from customers.services.activity import touch
from customers.services.identify import Outcome, judge
from scoring.models import LinkMethod, Order

TOPICS = (
    "customer.created", "customer.phone_added", "customer.updated", "customer.merged",
    "order.links_left",
)  # fmt: skip
BATCH = 1000  # orders that one event links


@transaction.atomic
def link_waiting_orders(*, actor: Actor, customer_id: UUID) -> int:
    """Link the orders that wait for this customer's e-mails and phones; returns how many.

    By the rule of `identify`, so a shared value links nothing, nor do an e-mail and a phone of
    different people. What a person has unlinked stays so.
    """
    if not _waiting_for(customer_id).exists():
        return 0
    live = Customer.objects.live().select_for_update(no_key=True).filter(pk=customer_id)
    if not live.values_list("pk"):
        return 0  # merged or deleted since
    waiting = list(_waiting_for(customer_id).select_for_update(no_key=True, of=("self",))[:BATCH])
    holders = _holders(waiting)
    linked: dict[LinkMethod, list[Order]] = {}
    for order in waiting:
        method = _method(order, holders, customer_id)
        if method is not None:
            linked.setdefault(method, []).append(order)
    for method, orders in linked.items():
        rows = Order.objects.filter(pk__in=[order.pk for order in orders])
        rows.update(customer=customer_id, link_method=method, updated_at=timezone.now())
    _tell(actor, customer_id, linked, is_all=len(waiting) < BATCH)
    return sum(len(orders) for orders in linked.values())


def on_customer(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: a customer is new, or got an e-mail or a phone."""
    link_waiting_orders(actor=actor, customer_id=UUID(str(payload["customer_id"])))


def _live_points(wanted: Q) -> list[ContactPoint]:
    return list(ContactPoint.objects.filter(wanted, is_live=True))


def _waiting_for(customer_id: UUID) -> QuerySet[Order]:
    """Orders without a customer that carry an e-mail or phone which this customer alone has."""
    points = _live_points(Q(customer_id=customer_id, is_shared=False))
    values = {kind: [point.value for point in points if point.kind == kind] for kind in ContactKind}
    wanted = Q(buyer_email_key__in=values[ContactKind.EMAIL])
    wanted |= Q(buyer_phone_key__in=values[ContactKind.PHONE])
    rows = Order.objects.filter(wanted, customer=None, removed_at=None)
    return rows.exclude(link_method=LinkMethod.HAND).order_by("pk")


def _holders(orders: list[Order]) -> dict[tuple[str, str], list[ContactPoint]]:
    emails = {order.buyer_email_key for order in orders} - {""}
    phones = {order.buyer_phone_key for order in orders} - {""}
    rows = _live_points(
        Q(kind=ContactKind.EMAIL, value__in=emails) | Q(kind=ContactKind.PHONE, value__in=phones)
    )
    holders: dict[tuple[str, str], list[ContactPoint]] = {}
    for point in rows:
        holders.setdefault((point.kind, point.value), []).append(point)
    return holders


def _method(
    order: Order, holders: Mapping[tuple[str, str], list[ContactPoint]], customer_id: UUID
) -> LinkMethod | None:
    outcome, deciding = judge(
        by_phone=holders.get((ContactKind.PHONE, order.buyer_phone_key), []),
        by_email=holders.get((ContactKind.EMAIL, order.buyer_email_key), []),
    )
    if outcome is not Outcome.ONE or deciding[0].customer_id != customer_id:
        return None
    kinds = {point.kind for point in deciding}
    if len(kinds) == 2:
        return LinkMethod.BOTH
    return LinkMethod.EMAIL if ContactKind.EMAIL in kinds else LinkMethod.PHONE


def _tell(
    actor: Actor, customer_id: UUID, linked: Mapping[LinkMethod, list[Order]], *, is_all: bool
) -> None:
    orders = {order: method for method, orders in linked.items() for order in orders}
    if not orders:
        return
    newest = max(order.ordered_at for order in orders)
    touch(customer_id=customer_id, at=min(newest, timezone.now()))
    audit.record_many(
        actor=actor,
        action="order.linked",
        subjects={
            order: {"customer_id": customer_id, "link_method": method}
            for order, method in orders.items()
        },
    )
    ids = [order.pk for order in orders]
    outbox.publish(
        actor=actor, topic="order.updated", payload={"order_ids": ids, "told": "order.linked"}
    )
    if not is_all:
        outbox.publish(actor=actor, topic="order.links_left", payload={"customer_id": customer_id})
