"""Who and what a lead may be tied to: its branch, owner, source and customer."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.models import Branch, StaffMember
from crm.roles import Action, Role
from customers.models import Customer
from customers.models.customer import RecordState
from leads.models import LeadSource
from leads.models.source import SourceKind

OWNER_ROLES = (Role.RELATIONSHIP_MANAGER, Role.TEAM_LEAD)
MERGES_FOLLOWED = 20


def branch_for(actor: Actor, action: Action, branch_id: UUID | None, *, refusal: str) -> Branch:
    """The active branch at which the actor may do this; none given means the actor's own.

    Raises InvalidInput at `branch`: another company's branch, an unknown one and one out of reach
    get the same words.
    """
    branch_id = branch_id or actor.only_branch_id
    if branch_id is None:
        raise InvalidInput.field("branch", "Choose a branch.")
    if actor.may_on(action, branch_id=branch_id):
        try:
            return Branch.objects.get(pk=branch_id, is_active=True)
        except (Branch.DoesNotExist, ValidationError):
            pass
    raise InvalidInput.field("branch", refusal)


def possible_owners(branch_id: UUID | None) -> "Sequence[StaffMember]":
    """Active relationship managers and team leads who work at the branch, by name."""
    people = StaffMember.objects.filter(is_active=True, role__in=OWNER_ROLES)
    if branch_id is not None:
        people = people.filter(Q(branch_id=branch_id) | Q(branch__isnull=True))
    return list(people)


def owner_for(owner_id: UUID | None, branch_id: UUID | None) -> StaffMember | None:
    """The staff member who may own a lead of this branch. Raises InvalidInput at `owner`."""
    if owner_id is None:
        return None
    try:
        owner = StaffMember.objects.get(pk=owner_id, is_active=True, role__in=OWNER_ROLES)
    except (StaffMember.DoesNotExist, ValidationError):
        raise InvalidInput.field(
            "owner", "Choose an active relationship manager or team lead."
        ) from None
    if branch_id is not None and owner.branch_id not in (None, branch_id):
        raise InvalidInput.field("owner", f"{owner.display_name} does not work at this branch.")
    return owner


def own_leads_owner(actor: Actor, owner_id: UUID | None) -> UUID | None:
    """The owner that was chosen; else the actor, when it is a relationship manager.

    They see their own leads only: one that they log for nobody would vanish from their sight.
    """
    if owner_id is None and actor.staff and actor.staff.role == Role.RELATIONSHIP_MANAGER:
        return actor.staff.pk
    return owner_id


def source_for(source_id: UUID | None) -> LeadSource | None:
    """The active source that was chosen. Raises InvalidInput at `source`."""
    if source_id is None:
        return None
    try:
        return LeadSource.objects.get(pk=source_id, is_active=True)
    except (LeadSource.DoesNotExist, ValidationError):
        raise InvalidInput.field("source", "Choose one of the sources on the list.") from None


def walk_in_source() -> LeadSource | None:
    """The company's active walk-in source, the oldest if there are several."""
    sources = LeadSource.objects.filter(kind=SourceKind.WALK_IN, is_active=True)
    return sources.order_by("created_at", "id").first()


def locked_customer(customer_id: UUID) -> Customer:
    """The live customer, its row locked until the transaction ends; a merged one's survivor.

    Every change to leads of a customer takes this lock first (docs/locking.md).
    Raises NotFound; Conflict when the customer was deleted.
    """
    rows = Customer.objects.select_for_update(no_key=True)
    for _ in range(MERGES_FOLLOWED):
        try:
            customer = rows.get(pk=customer_id)
        except (Customer.DoesNotExist, ValidationError):
            break
        if customer.record_state == RecordState.DELETED:
            raise Conflict("This customer was deleted. Restore them first.", code="deleted")
        if customer.merged_into_id is None:
            return customer
        customer_id = customer.merged_into_id
    raise NotFound
