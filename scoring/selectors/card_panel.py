"""The engagement panel of the customer card."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crm.actors import Actor
from crm.errors import NotFound
from crm.roles import Action
from scoring.selectors.customer_scores import latest_orders, places_of, worth_of


def engagement_panel(*, actor: Actor, customer_id: UUID) -> Mapping[str, Any] | None:
    """Score, reasons, latest orders and segments; four queries at most."""
    try:
        worth = worth_of(actor=actor, customer_id=customer_id)
    except NotFound:
        return None
    may_see_orders = actor.may(Action.VIEW_ORDERS)
    places = places_of(actor=actor, customer_id=customer_id)
    may_manage = actor.may(Action.MANAGE_SEGMENTS) and worth.engagement.customer.is_live
    return {
        "customer_id": customer_id,
        "currency": actor.company.currency,
        "worth": worth,
        "engagement": worth.engagement,
        "may_see_orders": may_see_orders,
        "orders": latest_orders(actor=actor, customer_id=customer_id) if may_see_orders else [],
        "member_of": [place for place in places if place.is_member],
        "kept_out_of": [place for place in places if place.how and not place.is_member],
        "others": [place for place in places if not place.how],
        "may_manage": may_manage,
    }
