"""Who already has the phone or e-mail that somebody typed."""

from crm.errors import DuplicateFound
from customers.models import Customer


def people_of(error: DuplicateFound) -> list[Customer]:
    """The customers that a clash names, so that the page can link to them."""
    ids = error.details.get("customer_ids") or [error.details["customer_id"]]
    by_id = Customer.objects.in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]
