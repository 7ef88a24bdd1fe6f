"""Lists that belong to a customer: whose they are, and in which order."""

from uuid import UUID

from crm.actors import Actor
from crm.paging import Ordering
from customers.selectors.customer_record import read_customer

NEWEST = Ordering("newest", "created_at", descending=True)


def owner_of_list(*, actor: Actor, customer_id: UUID) -> UUID:
    """The id under which the customer's rows stand: the survivor's for a merged id.

    One query, two for a merged id. Raises NotFound.
    """
    return read_customer(actor=actor, customer_id=customer_id).customer.pk
