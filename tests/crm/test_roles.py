"""The role table and how far it reaches."""

from uuid import uuid4

import pytest

from crm.actors import Actor
from crm.errors import Forbidden, NotFound
from crm.roles import _ROLES, _TABLE, Action, Reach, Role, reach_of
from tests.worlds import World


def test_the_table_is_complete() -> None:
    assert set(_TABLE) == set(Action)
    assert set(_ROLES) == set(Role)
    assert all(len(row) == len(_ROLES) for row in _TABLE.values())


def test_admins_may_do_everything() -> None:
    assert all(reach_of(Role.ADMIN, action) is Reach.COMPANY for action in Action)


def test_a_branch_reach_ends_at_the_branch(acme: World) -> None:
    reception = acme.actor(Role.RECEPTIONIST)
    assert reception.may(Action.LOG_WALK_IN)
    assert reception.may_on(Action.LOG_WALK_IN, branch_id=acme.north.pk)
    assert not reception.may_on(Action.LOG_WALK_IN, branch_id=acme.south.pk)
    assert not reception.may_on(Action.LOG_WALK_IN, branch_id=None)


def test_an_own_reach_ends_at_ones_own(acme: World) -> None:
    rm = acme.actor(Role.RELATIONSHIP_MANAGER)
    assert rm.staff is not None
    own, other = rm.staff.pk, uuid4()
    assert rm.may_on(Action.VIEW_LEAD, branch_id=acme.south.pk, owner_id=own)
    assert not rm.may_on(Action.VIEW_LEAD, branch_id=acme.north.pk, owner_id=other)
    assert not rm.may_on(Action.VIEW_LEAD, branch_id=acme.north.pk, owner_id=None)


def test_a_team_lead_of_all_branches_reaches_the_company(acme: World) -> None:
    lead = acme.staff[Role.TEAM_LEAD]
    lead.branch = None
    actor = Actor(company=acme.company, door=acme.actor().door, staff=lead)
    assert actor.reach(Action.VIEW_LEAD) is Reach.COMPANY


def test_the_system_may_do_everything(acme: World) -> None:
    system = acme.system()
    assert all(system.may_on(action, branch_id=uuid4()) for action in Action)


def test_what_a_role_never_does_is_forbidden_with_words(acme: World) -> None:
    with pytest.raises(Forbidden, match="cannot use the admin"):
        acme.actor(Role.RECEPTIONIST).require(Action.USE_ADMIN)


def test_what_is_out_of_reach_does_not_exist(acme: World) -> None:
    with pytest.raises(NotFound):
        acme.actor(Role.RELATIONSHIP_MANAGER).require_on(
            Action.VIEW_LEAD, branch_id=acme.north.pk, owner_id=uuid4()
        )
