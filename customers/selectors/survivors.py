"""Where a merged record went on living."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from customers.models import Customer

MERGES_FOLLOWED = 20
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


def survivor_of(customer: Customer) -> UUID | None:
    """The end of a chain of merges: the customer's own id when it was never merged.

    One query a merge; None for a chain without an end.
    """
    for _ in range(MERGES_FOLLOWED):
        if customer.merged_into_id is None:
            return customer.pk
        customer = Customer.objects.get(pk=customer.merged_into_id)
    return None


def survivors_of(customer_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The same for many: the end of the chain for those of the ids that were merged.

    One query, none without ids. The survivor may be deleted.
    """
    if not customer_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SURVIVORS, [list(customer_ids), MERGES_FOLLOWED])
        return dict(cursor.fetchall())
