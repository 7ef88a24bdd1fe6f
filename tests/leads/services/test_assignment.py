"""Whose lead it is, and who may say so."""

import pytest

from crm.actors import Actor, Door
from crm.errors import Conflict, CrmError, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, StaffMember
from crm.roles import Role
from leads.models import Lead, LeadEvent
from leads.services.assignment import assign_lead
from tests.factories.leads import make_lead
from tests.threads import run_threads
from tests.worlds import World


@pytest.fixture
def lead(acme: World) -> Lead:
    return make_lead(acme.actor(), branch=acme.north)


def test_a_team_lead_assigns_and_takes_away(acme: World, lead: Lead) -> None:
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    actor = acme.actor(Role.TEAM_LEAD)
    assigned = assign_lead(actor=actor, lead_id=lead.pk, owner_id=rm.pk)
    assert (assigned.owner, assigned.version) == (rm, 2)
    assert assigned.assigned_at is not None
    history = LeadEvent.objects.get(kind="assigned")
    assert (history.data["old_owner"], history.data["new_owner"]) == ("", rm.display_name)
    audited = AuditEvent.objects.get(action="lead.assigned")
    assert (audited.old, audited.new) == ({"owner": None}, {"owner_id": str(rm.pk)})
    freed = assign_lead(actor=actor, lead_id=lead.pk, owner_id=None)
    assert (freed.owner, freed.assigned_at) == (None, None)


def test_the_same_owner_again_writes_nothing(acme: World, lead: Lead) -> None:
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    for _ in range(2):
        assign_lead(actor=acme.actor(Role.MANAGER), lead_id=lead.pk, owner_id=rm.pk)
    assert LeadEvent.objects.filter(kind="assigned").count() == 1


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (Role.RECEPTIONIST, Forbidden),
        (Role.RELATIONSHIP_MANAGER, NotFound),
        (Role.FINANCE, Forbidden),
        (Role.TEAM_LEAD, None),
        (Role.MANAGER, None),
        (Role.ADMIN, None),
    ],
)
def test_who_may_assign_to_others(
    acme: World, lead: Lead, role: Role, refusal: type[CrmError] | None
) -> None:
    to = acme.staff[Role.TEAM_LEAD if role != Role.TEAM_LEAD else Role.RELATIONSHIP_MANAGER]
    try:
        assign_lead(actor=acme.actor(role), lead_id=lead.pk, owner_id=to.pk)
    except CrmError as error:
        answer: type[CrmError] | None = type(error)
    else:
        answer = None
    assert answer is refusal


def test_a_team_lead_of_another_branch_does_not_see_it(acme: World) -> None:
    south = make_lead(acme.actor(Role.MANAGER), branch=acme.south)
    rm = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south)
    with pytest.raises(NotFound):
        assign_lead(actor=acme.actor(Role.TEAM_LEAD), lead_id=south.pk, owner_id=rm.pk)


def test_another_company_does_not_see_it(acme: World, globex: World, lead: Lead) -> None:
    to = globex.staff[Role.RELATIONSHIP_MANAGER]
    with globex.inside(), pytest.raises(NotFound):
        assign_lead(actor=globex.actor(Role.ADMIN), lead_id=lead.pk, owner_id=to.pk)


@pytest.mark.parametrize("who", ["receptionist", "south", "inactive", "stranger"])
def test_not_everybody_can_own(acme: World, globex: World, lead: Lead, who: str) -> None:
    south = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south)
    inactive = acme.staff[Role.RELATIONSHIP_MANAGER]
    StaffMember.objects.filter(pk=inactive.pk).update(is_active=False)
    chosen = {
        "receptionist": acme.staff[Role.RECEPTIONIST],
        "south": south,
        "inactive": inactive,
        "stranger": globex.staff[Role.TEAM_LEAD],
    }
    with pytest.raises(InvalidInput) as refused:
        assign_lead(actor=acme.actor(Role.MANAGER), lead_id=lead.pk, owner_id=chosen[who].pk)
    assert list(refused.value.fields) == ["owner"]


def test_an_rm_takes_a_free_lead_of_the_own_branch(acme: World, lead: Lead) -> None:
    actor = acme.actor(Role.RELATIONSHIP_MANAGER)
    assert actor.staff is not None
    assert assign_lead(actor=actor, lead_id=lead.pk, owner_id=actor.staff.pk).owner == actor.staff


def test_an_rm_takes_nothing_from_a_colleague_or_another_branch(acme: World, lead: Lead) -> None:
    actor = acme.actor(Role.RELATIONSHIP_MANAGER)
    assert actor.staff is not None
    to = acme.staff[Role.TEAM_LEAD]
    assign_lead(actor=acme.actor(Role.MANAGER), lead_id=lead.pk, owner_id=to.pk)
    with pytest.raises(Conflict) as refused:
        assign_lead(actor=actor, lead_id=lead.pk, owner_id=actor.staff.pk)
    assert refused.value.code == "already_taken"
    south = make_lead(acme.actor(Role.MANAGER), branch=acme.south)
    with pytest.raises(NotFound):
        assign_lead(actor=actor, lead_id=south.pk, owner_id=actor.staff.pk)


def test_a_team_lead_may_take_over_from_the_team(acme: World, lead: Lead) -> None:
    rm, team_lead = acme.staff[Role.RELATIONSHIP_MANAGER], acme.actor(Role.TEAM_LEAD)
    assert team_lead.staff is not None
    assign_lead(actor=team_lead, lead_id=lead.pk, owner_id=rm.pk)
    taken = assign_lead(actor=team_lead, lead_id=lead.pk, owner_id=team_lead.staff.pk)
    assert taken.owner == team_lead.staff


def test_of_two_who_take_it_at_once_one_gets_it(committed: None, acme: World) -> None:
    with acme.inside():
        lead = make_lead(acme.actor(), branch=acme.north)
        second = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south)
        StaffMember.objects.filter(pk=second.pk).update(branch=acme.north)
        second.refresh_from_db()
    people = [acme.staff[Role.RELATIONSHIP_MANAGER], second]

    def take(number: int) -> str:
        staff = people[number % 2]
        actor = Actor(company=acme.company, door=Door.WEB, staff=staff)
        with acme.inside():
            try:
                assign_lead(actor=actor, lead_id=lead.pk, owner_id=staff.pk)
            except Conflict as error:
                return error.code
        return "taken"

    try:
        # Four clicks each: the quicker one has it, all the clicks of the other are refused.
        assert sorted(run_threads(8, take)) == ["already_taken"] * 4 + ["taken"] * 4
        with acme.inside():
            assert LeadEvent.objects.filter(kind="assigned").count() == 1
    finally:
        with acme.inside():
            StaffMember.objects.filter(pk=second.pk).update(branch=acme.south)
