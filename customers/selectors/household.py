"""Who else lives with a customer, for the card."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crm.actors import Actor
from crm.roles import Action
from customers.models import Customer, HouseholdMember
from customers.models.customer import RecordState

MOST_SHOWN = 12


def household_panel(*, actor: Actor, customer_id: UUID) -> Mapping[str, Any] | None:
    """The people of the same household, by name, in one query; None for somebody in none."""
    home = HouseholdMember.objects.filter(customer_id=customer_id).values("household_id")
    others = list(
        Customer.objects.filter(
            record_state=RecordState.ACTIVE, household_membership__household__in=home
        )
        .exclude(pk=customer_id)
        .order_by("name_sort", "pk")[: MOST_SHOWN + 1]
    )
    if not others:
        return None
    return {
        "customer_id": customer_id,
        "others": others[:MOST_SHOWN],
        "more": len(others) > MOST_SHOWN,
        "may_leave": actor.may(Action.REVIEW_DUPLICATES),
    }
