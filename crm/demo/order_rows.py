"""Orders as rows, and as their platforms would have told them."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from crm.demo.purchases import Purchase
from crm.demo.setting import Person, Setting
from crm.demo.shops import SHOPS
from crm.demo.tables import Row
from scoring.models.order import OrderStatus

_WORDS = {
    "humanitix": {
        OrderStatus.COMPLETE: "paid",
        OrderStatus.PARTLY_REFUNDED: "partiallyRefunded",
        OrderStatus.REFUNDED: "refunded",
        OrderStatus.CANCELLED: "paid",
        OrderStatus.UNKNOWN: "inDispute",
    },
    "eventbrite": {
        OrderStatus.COMPLETE: "placed",
        OrderStatus.PARTLY_REFUNDED: "placed",
        OrderStatus.REFUNDED: "refunded",
        OrderStatus.CANCELLED: "cancelled",
        OrderStatus.UNKNOWN: "transferred",
    },
}


def order_rows(setting: Setting, purchases: Sequence[Purchase]) -> list[Row]:
    """The rows of scoring_order."""
    channel = SHOPS[setting.slug].channel
    return [_row(setting, purchase, channel) for purchase in purchases]


def _row(setting: Setting, order: Purchase, channel: str) -> Row:
    email, phone, typed = _reached(order.buyer)
    stored_at = min(order.changed_at + timedelta(minutes=4), setting.now)
    external_id = external_id_of(order)
    return (
        order.id,
        setting.company_id,
        min(order.ordered_at + timedelta(minutes=4), setting.now),
        stored_at,
        order.platform,
        external_id,
        _reference(order, external_id),
        order.buyer.id if order.buyer else None,
        order.link_method.value,
        order.name,
        email,
        typed,
        email,
        phone,
        order.status.value,
        _word(order),
        channel,
        order.currency,
        order.gross,
        order.refunded,
        order.net,
        order.in_own_currency(order.gross),
        order.in_own_currency(order.net),
        order.units - order.units_back,
        event_id_of(setting, order),
        order.ware.name,
        order.event_at,
        order.ware.venue,
        order.discount_code,
        order.ordered_at,
        order.changed_at,
        order.review.value,
        json.dumps(order.reasons),
        "",
        json.dumps(_raw(setting, order, email, typed), ensure_ascii=False),
    )


def external_id_of(order: Purchase) -> str:
    """The platform's number of the order."""
    if order.platform == "humanitix":
        return f"{int(order.ordered_at.timestamp()):08x}5c0ffee5{order.number:08x}"
    if order.platform == "eventbrite":
        return str(7_000_000_000 + order.number)
    return f"{order.platform.upper()}-{order.number:06d}"


def event_id_of(setting: Setting, order: Purchase) -> str:
    """The platform's number of the show; empty for what is no show."""
    if order.event_at is None:
        return ""
    place = SHOPS[setting.slug].wares.index(order.ware)
    show = place * 100_000 + order.event_at.toordinal() - 730_000
    return f"64{show:022x}" if order.platform == "humanitix" else str(900_000_000 + show)


def _reached(person: Person | None) -> tuple[str, str, str]:
    """The buyer's e-mail, their phone as kept, and as typed."""
    if person is None:
        return "", "", ""
    email, phone = person.contact("email"), person.contact("phone")
    return (
        email.value if email else "",
        phone.value if phone else "",
        phone.as_typed if phone else "",
    )


def _reference(order: Purchase, external_id: str) -> str:
    if order.platform == "humanitix":
        return f"{order.number * 7919 % 36**6 + 36**6:X}"[:8]
    return external_id


def _word(order: Purchase) -> str:
    words = _WORDS.get(order.platform)
    return words[order.status] if words else order.status.value


def _raw(setting: Setting, order: Purchase, email: str, phone: str) -> dict[str, Any]:
    if order.platform == "humanitix":
        return _humanitix(setting, order, email, phone)
    if order.platform == "eventbrite":
        return _eventbrite(setting, order, email)
    return {
        "order_id": external_id_of(order),
        "item": order.ware.name,
        "quantity": order.units,
        "total": str(order.gross),
    }


def _humanitix(setting: Setting, order: Purchase, email: str, phone: str) -> dict[str, Any]:
    given, _, family = order.name.partition(" ")
    return {
        "_id": external_id_of(order),
        "orderName": _reference(order, ""),
        "eventId": event_id_of(setting, order),
        "currency": order.currency,
        "status": "cancelled" if order.status is OrderStatus.CANCELLED else "complete",
        "financialStatus": _word(order),
        "firstName": given,
        "lastName": family,
        **({"email": email} if email else {}),
        **({"mobile": phone} if phone else {}),
        "salesChannel": "online",
        "location": "AU",
        "purchaseTotals": {"total": float(order.gross)},
        "totals": {"refunds": float(order.refunded), "netSales": float(order.net)},
        "createdAt": _told(order.ordered_at),
        "completedAt": _told(order.ordered_at),
        "updatedAt": _told(order.changed_at),
    }


def _eventbrite(setting: Setting, order: Purchase, email: str) -> dict[str, Any]:
    given, _, family = order.name.partition(" ")
    base = order.gross - order.unit_fee * order.units
    raw: dict[str, Any] = {
        "id": external_id_of(order),
        "event_id": event_id_of(setting, order),
        "status": _word(order),
        "created": _told(order.ordered_at),
        "changed": _told(order.changed_at),
        "name": order.name,
        "first_name": given,
        "last_name": family,
        "email": email,
        "costs": {
            "gross": _cost(order.gross, order.currency),
            "base_price": _cost(base, order.currency),
        },
    }
    if order.status is OrderStatus.PARTLY_REFUNDED:
        raw["attendees"] = [
            {
                "quantity": 1,
                "refunded": place < order.units_back,
                "costs": {
                    "gross": _cost(order.unit_price + order.unit_fee, order.currency),
                    "base_price": _cost(order.unit_price, order.currency),
                },
            }
            for place in range(order.units)
        ]
    return raw


def _cost(amount: Decimal, currency: str) -> dict[str, Any]:
    return {"currency": currency, "value": int(amount * 100), "major_value": str(amount)}


def _told(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
