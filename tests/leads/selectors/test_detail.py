"""One lead: who may open it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.errors import NotFound
from crm.models import StaffMember
from crm.roles import Role
from leads.models import Lead
from leads.selectors.detail import get_lead, lead_history
from leads.services.status import change_status
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World


@pytest.fixture
def lead(acme: World) -> Lead:
    return make_lead(acme.actor(), branch=acme.north)


def sees(world: World, role: Role, lead: Lead) -> bool:
    try:
        return get_lead(actor=world.actor(role), lead_id=lead.pk) == lead
    except NotFound:
        return False


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_a_lead_of_their_own_branch(acme: World, lead: Lead, role: Role) -> None:
    assert sees(acme, role, lead) == (role != Role.RELATIONSHIP_MANAGER)


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_a_lead_of_another_branch(acme: World, role: Role) -> None:
    south = make_lead(acme.system(), branch=acme.south)
    hidden = (Role.RELATIONSHIP_MANAGER, Role.TEAM_LEAD)
    assert sees(acme, role, south) == (role not in hidden)


def test_an_rm_sees_the_own_lead_and_no_colleagues(acme: World) -> None:
    own = make_lead(acme.actor(Role.RELATIONSHIP_MANAGER), branch=acme.north)
    colleague = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south)
    other = make_lead(acme.system(), branch=acme.south, owner_id=colleague.pk)
    assert sees(acme, Role.RELATIONSHIP_MANAGER, own)
    assert not sees(acme, Role.RELATIONSHIP_MANAGER, other)


def test_a_lead_without_a_customer_is_there(acme: World) -> None:
    assert sees(acme, Role.RECEPTIONIST, make_legacy_lead(acme.north))


def test_strangers_and_nonsense(acme: World, globex: World, lead: Lead) -> None:
    with globex.inside():
        assert not sees(globex, Role.ADMIN, lead)
        with pytest.raises(NotFound):
            lead_history(actor=globex.actor(Role.ADMIN), lead_id=lead.pk)
    for lead_id in (uuid4(), "nonsense", "\x00"):
        with pytest.raises(NotFound):
            get_lead(actor=acme.actor(), lead_id=lead_id)


def test_one_query(acme: World, lead: Lead) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = get_lead(actor=acme.actor(), lead_id=lead.pk)
        assert found.customer
        assert found.branch
        assert str(found.source or "") == ""
    assert len(queries) == 1


def test_the_history_is_newest_first_and_hidden_with_the_lead(acme: World, lead: Lead) -> None:
    change_status(actor=acme.actor(), lead_id=lead.pk, version=1, status="working")
    kinds = [event.kind for event in lead_history(actor=acme.actor(), lead_id=lead.pk)]
    assert kinds == ["status_changed", "created"]
    with pytest.raises(NotFound):
        lead_history(actor=acme.actor(Role.RELATIONSHIP_MANAGER), lead_id=lead.pk)
