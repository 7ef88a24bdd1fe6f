"""The leads on a customer's card."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crm.actors import Actor
from leads.selectors.of_customer import leads_of_customer


def card_panel(*, actor: Actor, customer_id: UUID) -> Mapping[str, Any]:
    """All branches' leads: the open ones, and what there was before."""
    leads = leads_of_customer(actor=actor, customer_id=customer_id)
    return {
        "customer_id": customer_id,
        "open_leads": [one for one in leads if one.lead.is_open],
        "closed_leads": [one for one in leads if not one.lead.is_open],
    }
