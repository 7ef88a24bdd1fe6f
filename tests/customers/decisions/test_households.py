"""Who lives together."""

import pytest

from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Household, HouseholdMember
from customers.services.households import leave_household, link_household
from customers.services.removal import delete_customer
from tests.factories.customers import make_customer
from tests.worlds import World


def test_linking_two_households_makes_one(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    people = [make_customer(acme.system()).pk for _ in range(5)]
    first = link_household(actor=actor, customer_ids=people[:2])
    link_household(actor=actor, customer_ids=people[2:4])
    joined = link_household(actor=actor, customer_ids=[people[3], people[0], people[4]])
    assert joined == Household.objects.get() == first
    assert set(HouseholdMember.objects.values_list("customer_id", flat=True)) == set(people)
    trails = AuditEvent.objects.filter(action="household.linked").count()
    assert link_household(actor=actor, customer_ids=people) == first
    assert AuditEvent.objects.filter(action="household.linked").count() == trails == 3


def test_the_last_one_is_no_household(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    people = [make_customer(acme.system()).pk for _ in range(3)]
    link_household(actor=actor, customer_ids=people)
    leave_household(actor=actor, customer_id=people[0])
    assert HouseholdMember.objects.count() == 2
    leave_household(actor=actor, customer_id=people[1])
    assert not HouseholdMember.objects.exists()
    with pytest.raises(NotFound):
        leave_household(actor=actor, customer_id=people[2])


def test_refusals(acme: World, globex: World) -> None:
    actor = acme.actor(Role.MANAGER)
    one, other = (make_customer(acme.system()).pk for _ in range(2))
    with pytest.raises(InvalidInput):
        link_household(actor=actor, customer_ids=[one, one])
    with pytest.raises(Forbidden):
        link_household(actor=acme.actor(Role.RECEPTIONIST), customer_ids=[one, other])
    with globex.inside(), pytest.raises(NotFound):
        link_household(actor=globex.actor(Role.MANAGER), customer_ids=[one, other])
    link_household(actor=actor, customer_ids=[one, other])
    with pytest.raises(Forbidden):
        leave_household(actor=acme.actor(Role.SERVICE), customer_id=one)
    with globex.inside(), pytest.raises(NotFound):
        leave_household(actor=globex.actor(Role.MANAGER), customer_id=one)
    delete_customer(actor=acme.system(), customer_id=other, reason="Test")
    third = make_customer(acme.system()).pk
    with pytest.raises(Conflict):
        link_household(actor=actor, customer_ids=[third, other])
