"""Whether people decided that two records are different, also through what was merged into them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection

from customers.models import MatchDecision
from customers.selectors.survivors import MERGES_FOLLOWED
from customers.services.verdicts import BINDING, Pair, in_order

# Each record with all that became part of it, itself included.
MEMBERS = """
WITH RECURSIVE member AS (
    SELECT id AS survivor, id, 0 AS steps FROM customers_customer WHERE id = ANY(%s)
     UNION ALL
    SELECT member.survivor, part.id, member.steps + 1
      FROM member
      JOIN customers_customer part ON part.merged_into_id = member.id
     WHERE member.steps < %s
)
SELECT id, survivor FROM member
"""


def bound_pairs(pairs: Iterable[Pair]) -> set[Pair]:
    """Those of the pairs (smaller id first) that a person's verdict keeps apart; two queries.

    A verdict about any record that was merged into one of the two counts, whatever the survivor's
    own verdict says: where people contradict each other, a machine does nothing.
    """
    asked = set(pairs)
    survivors = _members({one for pair in asked for one in pair})
    rows = MatchDecision.objects.filter(
        left_id__in=survivors.keys(), right_id__in=survivors.keys(), verdict__in=BINDING
    ).values_list("left_id", "right_id")
    found = {in_order(survivors[left], survivors[right]) for left, right in rows}
    return asked & found


def _members(customer_ids: Collection[UUID]) -> dict[UUID, UUID]:
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [list(customer_ids), MERGES_FOLLOWED])
        return dict(cursor.fetchall())
