"""Who lives together: people who share numbers and are still different people."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.roles import Action
from customers.models import Customer, Household, HouseholdMember
from customers.models.customer import RecordState

MOST_AT_ONCE = 50
CHANGED = "household.changed"


@transaction.atomic
def link_household(*, actor: Actor, customer_ids: Collection[UUID]) -> Household:
    """Put these customers into one household.

    Where some are in households already, those become one, the oldest, with all their members.
    Linking those who are together already writes nothing. Raises InvalidInput for fewer than two
    and more than fifty, NotFound, and Conflict for a merged or deleted customer.
    """
    actor.require(Action.REVIEW_DUPLICATES)
    wanted = sorted(set(customer_ids))
    if not 2 <= len(wanted) <= MOST_AT_ONCE:
        raise InvalidInput("Choose between two and fifty people of one household.")
    customers = _locked_live(wanted)
    memberships = HouseholdMember.objects.filter(customer_id__in=wanted)
    held = dict(memberships.values_list("customer_id", "household_id"))
    if len(held) == len(wanted) and len(set(held.values())) == 1:
        return Household.objects.get(pk=next(iter(held.values())))
    households = list(
        Household.objects.filter(pk__in=set(held.values())).order_by("pk").select_for_update()
    )
    home = households[0] if households else Household.objects.create(company=actor.company)
    _join(households[1:], home)
    newcomers = [customer for customer in customers if customer.pk not in held]
    HouseholdMember.objects.bulk_create(
        HouseholdMember(company=actor.company, household=home, customer=customer)
        for customer in newcomers
    )
    audit.record(
        actor=actor,
        action="household.linked",
        subject=home,
        new={"customers": wanted, "joined": [one.pk for one in households[1:]]},
    )
    _announce(actor, wanted)
    return home


@transaction.atomic
def leave_household(*, actor: Actor, customer_id: UUID) -> None:
    """Take a customer out of their household; the last one left in it leaves too.

    What was decided about pairs stays: they are still different people. Raises NotFound for a
    customer who is in none.
    """
    actor.require(Action.REVIEW_DUPLICATES)
    list(Customer.objects.filter(pk=customer_id).select_for_update(no_key=True))
    member = HouseholdMember.objects.filter(customer_id=customer_id).first()
    if member is None:
        raise NotFound("This customer is in no household.")
    home = Household.objects.select_for_update().get(pk=member.household_id)
    member.delete()
    rest = HouseholdMember.objects.filter(household=home)
    gone = [customer_id]
    if rest.count() == 1:
        gone += rest.values_list("customer_id", flat=True)
        rest.delete()
    audit.record(actor=actor, action="household.left", subject=home, old={"customers": gone})
    _announce(actor, gone)


def dissolve_pair(*, actor: Actor, customer_ids: Sequence[UUID]) -> None:
    """End a household that holds just these two; a larger one stays as it is."""
    members = HouseholdMember.objects.filter(customer_id__in=customer_ids)
    homes = set(members.values_list("household_id", flat=True))
    if len(homes) != 1 or members.count() != 2:
        return
    home = homes.pop()
    if HouseholdMember.objects.filter(household_id=home).count() == 2:
        leave_household(actor=actor, customer_id=customer_ids[0])


def _join(others: Sequence[Household], home: Household) -> None:
    """All members of the other households move here; empty households are nothing to keep."""
    if not others:
        return
    HouseholdMember.objects.filter(household__in=others).update(household=home)
    Household.objects.filter(pk__in=[other.pk for other in others]).delete()


def _locked_live(customer_ids: Sequence[UUID]) -> list[Customer]:
    rows = Customer.objects.filter(pk__in=customer_ids).order_by("pk")
    found = list(rows.select_for_update(no_key=True))
    if len(found) != len(customer_ids):
        raise NotFound
    if any(customer.record_state != RecordState.ACTIVE for customer in found):
        raise Conflict("One of them is merged or deleted. Open the list again.", code="not_live")
    return found


def _announce(actor: Actor, customer_ids: Sequence[UUID]) -> None:
    outbox.publish(actor=actor, topic=CHANGED, payload={"customer_ids": list(customer_ids)})
