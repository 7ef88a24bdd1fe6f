"""Pulling, and looking at what came."""

from typing import Any

from scoring.models import Order, TicketAccount
from scoring.services.pulls import PullReport, pull_account
from tests.platforms_at_home import EventbriteAtHome
from tests.worlds import World


def pull(world: World, account: TicketAccount, **values: Any) -> PullReport:
    """A pull that nobody else is at."""
    report = pull_account(actor=world.system(), account_id=account.pk, **values)
    assert report is not None
    return report


def stored(world: World) -> dict[str, Order]:
    """The company's orders by their numbers."""
    with world.inside():
        return {order.external_id: order for order in Order.objects.all()}


def now_at(world: World, account: TicketAccount) -> TicketAccount:
    """The account as it stands."""
    with world.inside():
        account.refresh_from_db()
    return account


def tell(platform: EventbriteAtHome, orders: list[dict[str, Any]]) -> None:
    """Let Eventbrite hold exactly these orders."""
    platform.orders = {order["id"]: order for order in orders}
