"""Walk-ins: attach to the open lead of this customer at this branch, or begin a new one."""

from uuid import UUID

import pytest

from crm.errors import Conflict, Forbidden, InvalidInput
from crm.models import AuditEvent, OutboxEvent, StaffMember
from crm.roles import Role
from customers.models import Customer
from customers.models.customer import LifecycleStage, Origin
from leads.models import Lead, LeadEvent, LeadSource
from leads.models.lead import LeadStatus
from leads.services.assignment import assign_lead
from leads.services.status import change_status
from leads.services.walk_in import WalkIn, log_walk_in
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.threads import run_threads
from tests.worlds import World

PHONE = "0412 345 678"
E164 = "+61412345678"


def walk_in(world: World, role: Role = Role.RECEPTIONIST, **values: object) -> WalkIn:
    values.setdefault("phone_text", PHONE)
    return log_walk_in(actor=world.actor(role), **values)  # type: ignore[arg-type]


def test_a_stranger_walks_in(acme: World) -> None:
    visit = walk_in(acme, full_name="Robin Hale", interest="Comet", remarks="test drive?")
    assert (visit.created, visit.action) == (True, "created_new_lead")
    assert visit.customer.full_name == "Robin Hale"
    assert visit.customer.origin == Origin.WALK_IN
    assert visit.customer.lifecycle_stage == LifecycleStage.LEAD
    lead = Lead.objects.get(pk=visit.lead.pk)
    assert (lead.status, lead.branch, lead.customer) == ("new", acme.north, visit.customer)
    assert (lead.phone, lead.phone_as_typed, lead.full_name) == (E164, PHONE, "Robin Hale")
    assert (lead.interest, lead.remarks, lead.attempts, lead.owner) == (
        "Comet", "test drive?", 0, None,
    )  # fmt: skip
    assert lead.source == LeadSource.objects.get(kind="walk_in")
    assert [event.kind for event in lead.events.all()] == ["walk_in_created"]
    assert AuditEvent.objects.filter(action="lead.created", subject_id=lead.pk).exists()
    assert OutboxEvent.objects.filter(topic="lead.created", payload__lead_id=str(lead.pk)).exists()


def test_the_second_visit_attaches_and_the_status_stays(acme: World) -> None:
    first = walk_in(acme, interest="Comet", remarks="wants blue")
    lead = change_status(
        actor=acme.actor(Role.RECEPTIONIST),
        lead_id=first.lead.pk,
        version=first.lead.version,
        status=LeadStatus.WORKING,
    )
    again = walk_in(acme, phone_text="+61 412-345-678", variant="Long range")
    assert (again.created, again.action) == (False, "attached_to_existing")
    assert again.lead.pk == first.lead.pk
    stored = Lead.objects.get(pk=first.lead.pk)
    assert (stored.status, stored.attempts) == ("working", 1)
    assert (stored.interest, stored.variant, stored.remarks) == (
        "Comet", "Long range", "wants blue",
    )  # fmt: skip
    assert stored.last_activity_at > lead.last_activity_at
    assert stored.events.order_by("-id")[0].kind == "walk_in_again"
    assert again.customer.last_activity_at == stored.last_activity_at


def test_a_visit_with_nothing_new_raises_no_version(acme: World) -> None:
    first = walk_in(acme)
    again = walk_in(acme)
    assert again.lead.version == first.lead.version


def test_a_closed_lead_is_not_attached_to(acme: World) -> None:
    first = walk_in(acme)
    change_status(
        actor=acme.system(),
        lead_id=first.lead.pk,
        version=1,
        status=LeadStatus.LOST,
        reason="bought elsewhere",
    )
    again = walk_in(acme)
    assert again.created
    assert again.lead.pk != first.lead.pk
    assert again.customer == first.customer


def test_another_branch_gets_its_own_lead(acme: World) -> None:
    first = walk_in(acme)
    other = walk_in(acme, Role.MANAGER, branch_id=acme.south.pk)
    assert other.created
    assert other.customer == first.customer
    assert other.lead.branch == acme.south


def test_the_rm_fills_the_owner_only_where_there_is_none(acme: World) -> None:
    rm, lead_of_team = acme.staff[Role.RELATIONSHIP_MANAGER], acme.staff[Role.TEAM_LEAD]
    first = walk_in(acme)
    assert walk_in(acme, rm_id=rm.pk).lead.owner == rm
    assert walk_in(acme, rm_id=lead_of_team.pk).lead.owner == rm
    assert Lead.objects.get(pk=first.lead.pk).assigned_at is not None


def test_an_rm_who_logs_a_walk_in_owns_the_new_lead(acme: World) -> None:
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    assert walk_in(acme, Role.RELATIONSHIP_MANAGER).lead.owner == rm


@pytest.mark.parametrize("who", ["receptionist", "south", "inactive", "stranger"])
def test_not_everybody_can_be_the_rm(acme: World, globex: World, who: str) -> None:
    rm = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.north)
    if who == "inactive":
        StaffMember.objects.filter(pk=rm.pk).update(is_active=False)
    chosen: dict[str, UUID] = {
        "receptionist": acme.staff[Role.RECEPTIONIST].pk,
        "south": StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south).pk,
        "inactive": rm.pk,
        "stranger": globex.staff[Role.RELATIONSHIP_MANAGER].pk,
    }
    with pytest.raises(InvalidInput) as refused:
        walk_in(acme, rm_id=chosen[who])
    assert list(refused.value.fields) == ["owner"]
    assert not Lead.objects.exists()
    assert not Customer.objects.exists()


def test_the_source_that_was_chosen(acme: World) -> None:
    phone_source = LeadSource.objects.get(kind="telephony")
    assert walk_in(acme, source_id=phone_source.pk).lead.source == phone_source


def test_without_a_walk_in_source_there_is_none(acme: World) -> None:
    LeadSource.objects.update(is_active=False)
    assert walk_in(acme).lead.source is None


def test_an_inactive_or_foreign_source_is_refused(acme: World, globex: World) -> None:
    with globex.inside():
        foreign = LeadSource.objects.get(kind="walk_in").pk
    inactive = LeadSource.objects.get(kind="telephony").pk
    LeadSource.objects.filter(pk=inactive).update(is_active=False)
    for source_id in (foreign, inactive):
        with pytest.raises(InvalidInput) as refused:
            walk_in(acme, source_id=source_id)
        assert list(refused.value.fields) == ["source"]


def test_a_branch_that_the_actor_may_not_use(acme: World, globex: World) -> None:
    for branch_id in (acme.south.pk, globex.north.pk):
        with pytest.raises(InvalidInput) as refused:
            walk_in(acme, branch_id=branch_id)
        assert refused.value.fields == {"branch": "You cannot log walk-ins at this branch."}
    with pytest.raises(InvalidInput) as refused:
        walk_in(acme, Role.MANAGER, branch_id=globex.north.pk)
    assert list(refused.value.fields) == ["branch"]


def test_a_person_of_all_branches_chooses_one(acme: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        walk_in(acme, Role.MANAGER)
    assert refused.value.fields == {"branch": "Choose a branch."}


def test_finance_cannot_log_walk_ins(acme: World) -> None:
    with pytest.raises(Forbidden):
        walk_in(acme, Role.FINANCE, branch_id=acme.north.pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"phone_text": "123"}, "phone"),
        ({"phone_text": "call me"}, "phone"),
        ({"phone_text": ""}, "phone"),
        ({"phone_text": "0412\x00345678"}, "phone"),
        ({"full_name": "n" * 300}, "full_name"),
        ({"full_name": "Ro\ud800bin"}, "full_name"),
        ({"interest": "x" * 201}, "interest"),
        ({"remarks": "x" * 1001}, "remarks"),
        ({"remarks": "a\x00b"}, "remarks"),
        ({"location": "\udfff"}, "location"),
    ],
)
def test_bad_input_is_told_at_its_field(acme: World, values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        walk_in(acme, **values)
    assert list(refused.value.fields) == [field]
    assert not Lead.objects.exists()


def test_remarks_keep_their_lines(acme: World) -> None:
    assert walk_in(acme, remarks="first\r\nsecond  ").lead.remarks == "first\nsecond"


def test_a_shared_number_asks_who_it_is(acme: World) -> None:
    actor = acme.actor()
    ana = make_customer(actor, name="Ana Costa", phone=PHONE)
    ben = make_customer(actor, name="Ben Costa", phone=PHONE, share=True)
    with pytest.raises(Conflict) as refused:
        walk_in(acme)
    assert refused.value.code == "choose_customer"
    assert set(refused.value.details["candidates"]) == {ana.pk, ben.pk}
    chosen = walk_in(acme, customer_id=ben.pk)
    assert (chosen.customer, chosen.lead.customer) == (ben, ben)
    assert chosen.lead.phone == E164


def test_a_chosen_customer_needs_no_phone_but_must_be_ours(acme: World, globex: World) -> None:
    with globex.inside():
        stranger = make_customer(globex.actor(), phone="", email="robin.hale@example.com")
    ours = make_customer(acme.actor(), phone="", email="lee.marsh@example.com")
    assert walk_in(acme, phone_text="", customer_id=ours.pk).customer == ours
    with pytest.raises(InvalidInput) as refused:
        walk_in(acme, phone_text="", customer_id=stranger.pk)
    assert list(refused.value.fields) == ["customer"]


def test_the_other_company_has_its_own_person_behind_the_number(acme: World, globex: World) -> None:
    with globex.inside():
        theirs = log_walk_in(actor=globex.actor(), phone_text=E164)
    ours = walk_in(acme)
    assert ours.created
    assert ours.customer.pk != theirs.customer.pk


def test_a_legacy_lead_at_this_branch_is_attached_to(acme: World) -> None:
    legacy = make_legacy_lead(acme.north, phone=E164, name="R. Hale")
    elsewhere = make_legacy_lead(acme.south, phone=E164)
    visit = walk_in(acme)
    assert not visit.created
    assert visit.lead.pk == legacy.pk
    assert Lead.objects.get(pk=elsewhere.pk).customer == visit.customer
    kinds = [event.kind for event in LeadEvent.objects.filter(lead=legacy).order_by("id")]
    assert kinds == ["linked", "walk_in_again"]


def test_the_owner_can_be_set_by_hand_and_stays(acme: World) -> None:
    first = walk_in(acme)
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    assign_lead(actor=acme.actor(Role.TEAM_LEAD), lead_id=first.lead.pk, owner_id=rm.pk)
    assert walk_in(acme).lead.owner == rm


def test_eight_at_once_make_one_lead(committed: None, acme: World) -> None:
    def visit(number: int) -> bool:
        with acme.inside():
            return walk_in(acme, full_name="Robin Hale", remarks=f"visit {number}").created

    results = run_threads(8, visit)
    assert sorted(results) == [False] * 7 + [True]
    with acme.inside():
        assert Customer.objects.count() == 1
        assert Lead.objects.count() == 1
        kinds = [event.kind for event in LeadEvent.objects.all()]
        assert sorted(kinds) == ["walk_in_again"] * 7 + ["walk_in_created"]


def test_eight_people_at_two_branches_at_once(committed: None, acme: World) -> None:
    branches = [acme.north, acme.south]

    def visit(number: int) -> bool:
        branch = branches[number % 2]
        with acme.inside():
            return walk_in(acme, Role.MANAGER, branch_id=branch.pk).created

    assert run_threads(8, visit).count(True) == 2
    with acme.inside():
        assert Customer.objects.count() == 1
        make_lead(acme.actor(), branch=acme.north)
        assert Lead.objects.filter(phone=E164).count() == 2
