"""One order as read from a platform: what every parser makes, and `upsert_orders` takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from scoring.models.order import OrderStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """Who bought, as typed at the platform; nothing here is checked yet.

    `external_id` is the platform's own number of the person, where it has one.
    """

    external_id: str = ""
    first_name: str = ""
    last_name: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def full_name(self) -> str:
        """`name`, else first and last name; empty where none was given."""
        return self.name.strip() or f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderData:
    """One version of one order.

    Money is in units of `currency` (ISO 4217; not minor units): `gross` what the buyer paid,
    `refunded` what they got back, `net` what the seller keeps. `platform_status` is the platform's
    own word. Moments are aware; `changed_at` is the platform's time of this version (where it
    tells none: when the order was placed, or when the report was made). `marketing_opt_in` is None
    where the buyer was not asked. `raw` is what came, as JSON keeps it.
    """

    platform: str
    external_id: str
    reference: str = ""
    status: OrderStatus
    platform_status: str = ""
    sales_channel: str = ""
    currency: str
    gross: Decimal
    refunded: Decimal = Decimal(0)
    net: Decimal
    tickets: int = 0
    event_id: str = ""
    event_name: str = ""
    event_at: datetime | None = None
    venue: str = ""
    discount_code: str = ""
    ordered_at: datetime
    changed_at: datetime
    buyer: Buyer = Buyer()
    marketing_opt_in: bool | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
