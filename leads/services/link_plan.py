"""Which leads without a customer can be linked: the rule alone, without the database."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from leads.models.lead import OPEN_STATUSES

Place = tuple[UUID, UUID | None]  # a customer at a branch


@dataclass(frozen=True, slots=True)
class WaitingLead:
    """A lead that has a phone but no customer."""

    id: UUID
    phone: str  # E.164, also where the lead itself holds only the text as typed
    branch_id: UUID | None
    status: str
    received_at: datetime
    last_activity_at: datetime
    full_name: str
    phone_as_typed: str

    @property
    def is_open(self) -> bool:
        """Still being worked on."""
        return self.status in OPEN_STATUSES


@dataclass(slots=True)
class LinkPlan:
    """What to link, and what must wait for a person."""

    links: list[tuple[WaitingLead, UUID]] = field(default_factory=list)
    conflicting: list[WaitingLead] = field(default_factory=list)
    ambiguous: list[WaitingLead] = field(default_factory=list)
    unknown: list[WaitingLead] = field(default_factory=list)


def plan_links(
    waiting: Iterable[WaitingLead],
    *,
    customer_of: Mapping[str, UUID],
    shared: Set[str],
    open_at: Set[Place],
) -> LinkPlan:
    """Link each lead to the one customer whom its phone identifies.

    A customer has one open lead at a branch: where none is open yet (`open_at`), the newest
    waiting one is linked; the others are conflicting, because to link them somebody would have to
    close them first, and no machine closes a lead. A shared phone identifies nobody.
    """
    plan, taken = LinkPlan(), set(open_at)
    for lead in sorted(waiting, key=lambda lead: (lead.received_at, lead.id), reverse=True):
        customer_id = customer_of.get(lead.phone)
        if lead.phone in shared:
            plan.ambiguous.append(lead)
        elif customer_id is None:
            plan.unknown.append(lead)
        elif lead.is_open and (customer_id, lead.branch_id) in taken:
            plan.conflicting.append(lead)
        else:
            plan.links.append((lead, customer_id))
            if lead.is_open:
                taken.add((customer_id, lead.branch_id))
    return plan
