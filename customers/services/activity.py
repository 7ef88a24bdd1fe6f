"""When something last happened with a customer: the order of lists and search results."""

from datetime import datetime
from uuid import UUID

from customers.models import Customer


def touch(*, customer_id: UUID, at: datetime) -> None:
    """Move the customer's last activity forward to `at`; it never moves back."""
    Customer.objects.filter(pk=customer_id, last_activity_at__lt=at).update(last_activity_at=at)
