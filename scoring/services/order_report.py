"""What became of a batch of orders."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class UpsertOutcome(StrEnum):
    """What became of one order."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OLDER = "older"  # a newer version is known
    REFUSED = "refused"  # cannot be stored; `message` and `field` say why


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderOutcome:
    """One order of the batch. `order_id` is None only for REFUSED."""

    outcome: UpsertOutcome
    order_id: UUID | None = None
    field: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class UpsertReport:
    """`outcomes` stand in the order of the batch.

    Of the orders that were written, `unlinked` have no customer, `flagged` wait for a person, and
    `new_customers` made one.
    """

    outcomes: Sequence[OrderOutcome]
    created_ids: Sequence[UUID] = ()
    updated_ids: Sequence[UUID] = ()
    unlinked_ids: Sequence[UUID] = ()
    flagged_ids: Sequence[UUID] = ()
    new_customer_ids: Sequence[UUID] = ()

    def count(self, outcome: UpsertOutcome) -> int:
        """How many orders of the batch came out so."""
        return Counter(one.outcome for one in self.outcomes)[outcome]

    @property
    def created(self) -> int:
        """Orders that were not known."""
        return self.count(UpsertOutcome.CREATED)

    @property
    def updated(self) -> int:
        """Newer versions of known orders."""
        return self.count(UpsertOutcome.UPDATED)

    @property
    def unchanged(self) -> int:
        """Orders that say what is known."""
        return self.count(UpsertOutcome.UNCHANGED)

    @property
    def older(self) -> int:
        """Versions that are out of date."""
        return self.count(UpsertOutcome.OLDER)

    @property
    def refused(self) -> int:
        """Orders that cannot be stored."""
        return self.count(UpsertOutcome.REFUSED)

    @property
    def unlinked(self) -> int:
        """Written orders without a customer."""
        return len(self.unlinked_ids)

    @property
    def flagged(self) -> int:
        """Written orders that somebody must look at."""
        return len(self.flagged_ids)

    @property
    def new_customers(self) -> int:
        """Customers made for these orders."""
        return len(self.new_customer_ids)
