"""The customer behind a walk-in or a new lead: known already, or one of several to choose from."""

from collections.abc import Sequence
from uuid import UUID

from crm.actors import Actor
from crm.errors import Conflict
from crm.roles import Action
from customers.models import ContactPoint, Customer

Candidate = Customer


def known_customer(actor: Actor, customer_id: str) -> Customer | None:
    """The live customer of this id, or None; a damaged or foreign id is None too."""
    if not actor.may(Action.VIEW_CUSTOMER):
        return None
    try:
        return Customer.objects.live().filter(pk=UUID(customer_id)).first()
    except ValueError:
        return None


def candidates_of(actor: Actor, error: Conflict) -> list[Candidate]:
    """The people whom `choose_customer` names, in its order."""
    ids: Sequence[UUID] = error.details.get("candidates", ())
    people = Customer.objects.live().in_bulk(ids)
    return [people[pk] for pk in ids if pk in people]


def main_phone(customer: Customer) -> str:
    """The number to show beside the name, or nothing."""
    points = ContactPoint.objects.filter(customer=customer, kind="phone")
    return points.order_by("-is_primary").values_list("value", flat=True).first() or ""
