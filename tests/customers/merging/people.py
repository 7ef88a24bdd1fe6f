"""People to merge."""

from customers.models import Customer
from tests.factories.customers import make_customer
from tests.worlds import World


def twins(world: World) -> tuple[Customer, Customer]:
    """Two live records, each with a phone and an e-mail of its own."""
    actor = world.system()
    return (
        make_customer(actor, name="Ana Silva", email="ana@example.com"),
        make_customer(actor, name="Anna Silva", email="ben@example.com"),
    )
