"""Ticket accounts of platforms at home, and orders for these to tell."""

from typing import Any

from pytest_django import Settings

from scoring.models import TicketAccount
from scoring.services.ticket_accounts import AccountValues, create_account
from tests.platforms_at_home import (
    EVENTBRITE_TOKEN,
    HUMANITIX_KEY,
    AtHome,
    EventbriteAtHome,
    HumanitixAtHome,
)
from tests.scoring.orders.recorded import payload
from tests.worlds import World

EVENT = "65e0a1b2c3d4e5f60718293a"


def connected(
    world: World,
    platform: AtHome,
    settings: Settings,
    *,
    name: str = "Main",
    token: str = "",
) -> TicketAccount:
    """The company's account at a platform at home, which the operator allows."""
    is_humanitix = isinstance(platform, HumanitixAtHome)
    settings.TICKET_API_ORIGINS = [*settings.TICKET_API_ORIGINS, platform.origin]
    with world.inside():
        return create_account(
            actor=world.system(),
            platform="humanitix" if is_humanitix else "eventbrite",
            values=AccountValues(
                name=name,
                base_url=platform.origin,
                organisation_id="" if is_humanitix else EventbriteAtHome.organisation,
            ),
            token=token or (HUMANITIX_KEY if is_humanitix else EVENTBRITE_TOKEN),
        )


def humanitix_order(number: int, **values: Any) -> dict[str, Any]:
    """An order of a buyer of its own, changed in minute `number`."""
    return payload("humanitix/order.json") | {
        "_id": f"order-{number}",
        "orderName": f"N{number}",
        "email": f"buyer{number}@example.com",
        "mobile": "",
        "financialStatus": "paid",
        "totals": {"subtotal": 100, "refunds": 0, "netSales": 100, "total": 104.99},
        "updatedAt": f"2026-03-09T{number // 60 % 24:02}:{number % 60:02}:00.000Z",
        **values,
    }


def eventbrite_order(number: int, **values: Any) -> dict[str, Any]:
    """An order of a buyer of its own, changed in minute `number`."""
    return payload("eventbrite/order_expanded.json") | {
        "id": str(number),
        "name": f"Buyer {number}",
        "email": f"buyer{number}@example.com",
        "changed": f"2026-03-10T{number // 60 % 24:02}:{number % 60:02}:00Z",
        **values,
    }


def sell(
    platform: HumanitixAtHome, orders: list[dict[str, Any]], *, event: str = EVENT, tickets: int = 2
) -> None:
    """Let the platform hold these orders of an event, with so many tickets each."""
    platform.events[event] = payload("humanitix/event.json") | {"_id": event}
    platform.orders[event] = orders
    platform.tickets[event] = [
        {
            "_id": f"{order['_id']}-{place}",
            "orderId": order["_id"],
            "status": "complete",
            "updatedAt": order.get("updatedAt"),
        }
        for order in orders
        for place in range(tickets)
    ]
