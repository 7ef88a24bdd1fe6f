"""Who looked at whose card."""

from crm import audit
from crm.actors import Actor
from crm.roles import Action
from customers.models import Customer


def record_view(*, actor: Actor, customer: Customer) -> None:
    """The trail keeps who opened a customer's card, when, and through which door."""
    actor.require(Action.VIEW_CUSTOMER)
    audit.record(actor=actor, action="customer.viewed", subject=customer)
