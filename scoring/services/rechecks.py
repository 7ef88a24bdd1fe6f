"""Segments follow what happens to customers: whoever changed is marked, and evaluated in batches.

An event of the outbox marks its customers, which costs one small statement; a task evaluates the
marked ones a thousand at a time, so an import of many orders asks each rule once a batch.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from crm.actors import Actor
from crm.roles import Action
from customers.models import Customer
from leads.models import Lead
from scoring.models import Order, SegmentRecheck
from scoring.services.membership import Evaluation, evaluate_customers

BATCH = 1000
TOPICS = (
    "customer.created", "customer.updated", "customer.phone_added", "customer.backfilled",
    "customer.deleted", "customer.restored", "customer.merged", "customer.unmerged",
    "lead.created", "lead.updated", "lead.linked",
    "lead.status_changed", "order.created", "order.updated", "order.refunded",
    "score.band_changed",
)  # fmt: skip
_TAKE = """
DELETE FROM scoring_segmentrecheck
 WHERE id IN (SELECT waiting.id FROM scoring_segmentrecheck waiting
               WHERE waiting.company_id = %s ORDER BY waiting.id LIMIT %s
                 FOR UPDATE SKIP LOCKED)
RETURNING customer_id
"""


@transaction.atomic
def mark_for_recheck(*, actor: Actor, customer_ids: Iterable[UUID]) -> None:
    """These customers changed: their segments are evaluated within half a minute."""
    known = Customer.objects.filter(pk__in=list(customer_ids)).order_by("pk")
    SegmentRecheck.objects.bulk_create(
        [
            SegmentRecheck(company=actor.company, customer_id=pk)
            for pk in known.values_list("pk", flat=True)
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )


@transaction.atomic
def recheck_batch(*, actor: Actor) -> tuple[int, Evaluation]:
    """Evaluate the longest waiting customers; returns how many they were and what came of it."""
    actor.require(Action.MANAGE_SEGMENTS)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [actor.company.pk, BATCH])
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return 0, Evaluation(0, 0)
    return len(ids), evaluate_customers(actor=actor, customer_ids=ids)


def on_customers_changed(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: mark the customers that an event names, itself or by its orders or leads."""
    ids = {UUID(str(pk)) for pk in _named(payload, "customer")}
    if not ids:
        for name, rows in (("order", Order.objects.all()), ("lead", Lead.objects.all())):
            named = _named(payload, name)
            if named:
                found = rows.filter(pk__in=named, customer__isnull=False)
                ids.update(found.values_list("customer_id", flat=True))
    if ids:
        mark_for_recheck(actor=actor, customer_ids=ids)


def _named(payload: Mapping[str, Any], name: str) -> list[Any]:
    one = payload.get(f"{name}_id")
    return [*([one] if one else ()), *payload.get(f"{name}_ids", ())]
