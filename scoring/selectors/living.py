"""Whom an id that another system keeps means today."""

from dataclasses import dataclass
from uuid import UUID

from crm.actors import Actor
from crm.errors import NotFound
from crm.roles import Action
from customers.models import Customer
from customers.models.customer import RecordState
from customers.selectors.survivors import survivors_of
from scoring.selectors.customer_scores import Worth, worth_of


@dataclass(frozen=True)
class Living:
    """The customer who lives; `merged_from` is the id that was asked for, where it was merged."""

    customer_id: UUID
    merged_from: UUID | None = None


def living(*, actor: Actor, customer_id: UUID) -> Living:
    """One query; three for a merged id. Raises NotFound, also for a deleted customer."""
    actor.require(Action.VIEW_CUSTOMER)
    state = _state(customer_id)
    if state == RecordState.ACTIVE:
        return Living(customer_id)
    survivor = survivors_of([customer_id]).get(customer_id) if state == RecordState.MERGED else None
    if survivor is None or _state(survivor) != RecordState.ACTIVE:
        raise NotFound
    return Living(survivor, merged_from=customer_id)


def living_worth(*, actor: Actor, customer_id: UUID) -> tuple[Living, Worth]:
    """The same with what the customer is worth: two queries, three with quintiles.

    More for a merged id. Raises NotFound.
    """
    worth = worth_of(actor=actor, customer_id=customer_id)
    if worth.engagement.customer.record_state == RecordState.ACTIVE:
        return Living(customer_id), worth
    found = living(actor=actor, customer_id=customer_id)
    return found, worth_of(actor=actor, customer_id=found.customer_id)


def _state(customer_id: UUID) -> str | None:
    rows = Customer.objects.filter(pk=customer_id)
    return rows.values_list("record_state", flat=True).first()
