"""The customer that a change is about: there, and alive."""

from uuid import UUID

from crm.errors import Conflict, NotFound
from customers.models import Customer
from customers.models.customer import RecordState


def require_live_customer(customer_id: UUID, *, lock: bool = False) -> Customer:
    """The live customer of this id.

    With `lock` the row stays as it is until the transaction ends; only services that decide by
    more than one column need it (docs/locking.md). Raises NotFound, and Conflict (details
    `merged_into`) for a record that is merged or deleted.
    """
    rows = Customer.objects.all()
    if lock:
        rows = rows.select_for_update(no_key=True)
    customer = rows.filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    return require_live(customer)


def require_live(customer: Customer) -> Customer:
    """The customer, when it is alive. Raises Conflict as `require_live_customer`."""
    if customer.record_state == RecordState.MERGED:
        raise Conflict(
            "This customer is now part of another one. Open that one and try again.",
            code="merged",
            details={"merged_into": customer.merged_into_id},
        )
    if customer.record_state == RecordState.DELETED:
        raise Conflict("This customer was deleted. Restore it first.", code="deleted")
    return customer
