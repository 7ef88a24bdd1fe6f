"""Where a merged record went on living."""

from uuid import UUID

from customers.models import Customer

MERGES_FOLLOWED = 20


def survivor_of(customer: Customer) -> UUID | None:
    """The end of a chain of merges: the customer's own id when it was never merged.

    One query a merge; None for a chain without an end.
    """
    for _ in range(MERGES_FOLLOWED):
        if customer.merged_into_id is None:
            return customer.pk
        customer = Customer.objects.get(pk=customer.merged_into_id)
    return None
