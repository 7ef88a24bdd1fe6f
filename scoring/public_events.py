"""What other systems are told of orders and scores (docs/webhooks.md lists the events).

Changes of bands are written by the functions that score, in the database (sql/score_told.sql).
"""

from collections.abc import Mapping
from typing import Any

from crm.change_events.registry import Change, Subject, describe, each, make_public
from scoring.models import Order

ORDER = Subject(
    kind="order",
    model=Order,
    customer="customer_id",
    facts={
        "order_id": "id",
        "customer_id": "customer_id",
        "platform": "platform",
        "external_id": "external_id",
    },
)
TYPES = {
    "order.created": "An order came in.",
    "order.updated": "An order came again with other values, or was confirmed by hand.",
    "order.refunded": "An order was refunded; order.updated tells of the same change.",
    "order.removed": "An order was taken out: it counts no more.",
    "order.restored": "A removed order is back.",
    "order.linked": "An order found its customer; `previous_customer_id` had it before.",
    "order.unlinked": "An order has no customer any more; `previous_customer_id` had it.",
    "score.band_changed": "A customer's score moved to another band.",
}


def register_public_events() -> None:
    """Called in `AppConfig.ready()`."""
    describe(TYPES)
    make_public("order.created", subject=ORDER, read=each("order.created", "order_ids"))
    make_public("order.refunded", subject=ORDER, read=each("order.refunded", "order_ids"))
    make_public("order.updated", subject=ORDER, read=_updated)


def _updated(payload: Mapping[str, Any]) -> list[Change]:
    """Our own apps need no more than “updated”; other systems are told what it was."""
    told = payload.get("told", "")
    type = told if told in TYPES else "order.updated"
    removed = {str(one) for one in payload.get("removed_ids", ())}
    previous = payload.get("previous_customer_id")
    data = {"previous_customer_id": previous} if previous else {}
    also = [previous] if previous else []
    return [
        Change(
            type="order.removed" if str(one) in removed else type,
            subject_id=one,
            data=data,
            also=also,
        )
        for one in payload["order_ids"]
    ]
