"""When something last happened with a customer: the order of lists and search results."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from customers.models import Customer

TOUCH_MANY = """
UPDATE customers_customer customer
   SET last_activity_at = seen.at
  FROM unnest(%s::uuid[], %s::timestamptz[]) AS seen (id, at)
 WHERE customer.id = seen.id AND customer.last_activity_at < seen.at
"""


def touch(*, customer_id: UUID, at: datetime) -> None:
    """Move the customer's last activity forward to `at`; it never moves back."""
    Customer.objects.filter(pk=customer_id, last_activity_at__lt=at).update(last_activity_at=at)


def touch_many(*, moments: Mapping[UUID, datetime]) -> None:
    """The same for many, in one statement; their rows are locked by the caller."""
    if moments:
        with connection.cursor() as cursor:
            cursor.execute(TOUCH_MANY, [list(moments), list(moments.values())])
