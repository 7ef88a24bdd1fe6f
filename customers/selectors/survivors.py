"""Where a merged record went on living."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection

from customers.models import Customer

# No merge goes into a merged record, so chains end. A bound all the same, should a row be wrong.
MERGES_FOLLOWED = 1000
CHAIN = """
WITH RECURSIVE step AS (
    SELECT id, merged_into_id, 0 AS steps FROM customers_customer WHERE id = %s
     UNION ALL
    SELECT next.id, next.merged_into_id, step.steps + 1
      FROM step
      JOIN customers_customer next ON next.id = step.merged_into_id
     WHERE step.steps < %s
)
SELECT id FROM step ORDER BY steps
"""
SURVIVORS = """
WITH RECURSIVE step AS (
    SELECT id AS began, id, merged_into_id, 0 AS steps
      FROM customers_customer
     WHERE id = ANY(%s) AND merged_into_id IS NOT NULL
     UNION ALL
    SELECT step.began, next.id, next.merged_into_id, step.steps + 1
      FROM step
      JOIN customers_customer next ON next.id = step.merged_into_id
     WHERE step.steps < %s
)
SELECT began, id FROM step WHERE merged_into_id IS NULL
"""
TAKEN_IN = """
WITH RECURSIVE step AS (
    SELECT id FROM customers_customer WHERE merged_into_id = %s
     UNION
    SELECT next.id FROM step JOIN customers_customer next ON next.merged_into_id = step.id
)
SELECT id FROM step
"""


def chain_of(customer_id: UUID) -> Sequence[UUID]:
    """The record itself and whom it was merged into, step by step; the last one is alive."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [customer_id, MERGES_FOLLOWED])
        return [row[0] for row in cursor.fetchall()]


def survivor_of(customer: Customer) -> UUID:
    """The end of a chain of merges: the customer's own id when it was never merged."""
    if customer.merged_into_id is None:
        return customer.pk
    return chain_of(customer.pk)[-1]


def taken_in_by(customer_id: UUID) -> list[UUID]:
    """All records that live on as this one, directly or through others."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_IN, [customer_id])
        return [row[0] for row in cursor.fetchall()]


def survivors_of(customer_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The same for many: the end of the chain for those of the ids that were merged.

    One query, none without ids. The survivor may be deleted.
    """
    if not customer_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SURVIVORS, [list(customer_ids), MERGES_FOLLOWED])
        return dict(cursor.fetchall())
