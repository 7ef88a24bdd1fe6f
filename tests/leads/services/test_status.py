"""What each status asks for, what a change does, and who may do it."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from crm.errors import Conflict, CrmError, Forbidden, InvalidInput, NotFound, StaleVersion
from crm.models import AuditEvent, OutboxEvent, StaffMember
from crm.roles import Role
from customers.models import Customer, StageChange
from customers.models.customer import LifecycleStage
from leads.models import Lead, LeadEvent
from leads.models.lead import CLOSED_STATUSES, OPEN_STATUSES, LeadStatus
from leads.services.assignment import assign_lead
from leads.services.status import change_status
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.threads import run_threads
from tests.worlds import World


def needed(status: str) -> dict[str, Any]:
    """What a change to this status must bring along."""
    if status == LeadStatus.PENDING:
        return {"follow_up_at": timezone.now() + timedelta(days=1), "remarks": "waits for a price"}
    if status in (LeadStatus.DISQUALIFIED, LeadStatus.LOST):
        return {"reason": "bought elsewhere"}
    return {}


def move(world: World, lead: Lead, status: str, **given: Any) -> Lead:
    version = Lead.objects.values_list("version", flat=True).get(pk=lead.pk)
    values = {**needed(status), **given}
    actor = world.actor(Role.TEAM_LEAD)
    return change_status(actor=actor, lead_id=lead.pk, version=version, status=status, **values)


@pytest.fixture
def lead(acme: World) -> Lead:
    return make_lead(acme.actor(), branch=acme.north)


@pytest.mark.parametrize(("before", "after"), list(product(LeadStatus.values, repeat=2)))
def test_every_status_may_follow_every_other(
    acme: World, lead: Lead, before: str, after: str
) -> None:
    if before != LeadStatus.NEW:
        move(acme, lead, before)
    at_first = Lead.objects.get(pk=lead.pk)
    move(acme, lead, after)
    now = Lead.objects.get(pk=lead.pk)
    event = LeadEvent.objects.filter(lead=lead).order_by("-id")[0]
    assert now.status == after
    assert (now.closed_at is not None) == (after in CLOSED_STATUSES)
    if before == after:
        assert now.attempts == at_first.attempts
        assert event.kind != "status_changed" or event.new_status == before
        return
    assert now.attempts == at_first.attempts + 1
    reopens = before in CLOSED_STATUSES and after in OPEN_STATUSES
    assert event.kind == ("reopened" if reopens else "status_changed")
    assert (event.old_status, event.new_status, event.attempt) == (before, after, now.attempts)
    if after in OPEN_STATUSES:
        assert now.reason == ""
    else:
        assert now.follow_up_at is None


@pytest.mark.parametrize(
    ("status", "given", "fields"),
    [
        ("pending", {"follow_up_at": None}, ["follow_up_at"]),
        ("pending", {"remarks": " "}, ["remarks"]),
        ("pending", {"follow_up_at": None, "remarks": ""}, ["follow_up_at", "remarks"]),
        ("disqualified", {"reason": ""}, ["reason"]),
        ("lost", {"reason": " \n "}, ["reason"]),
        ("lost", {"reason": "x" * 501}, ["reason"]),
        ("lost", {"reason": "no\x00"}, ["reason"]),
        ("working", {"remarks": "\ud800"}, ["remarks"]),
        ("working", {"reason": "why?"}, ["reason"]),
        ("fresh", {}, ["status"]),
        ("", {}, ["status"]),
    ],
)
def test_what_a_status_asks_for(
    acme: World, lead: Lead, status: str, given: dict[str, Any], fields: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        move(acme, lead, status, **given)
    assert list(refused.value.fields) == fields
    assert Lead.objects.get(pk=lead.pk).version == lead.version


@pytest.mark.parametrize(
    "away", [timedelta(minutes=-2), timedelta(days=-400), timedelta(days=4000)]
)
def test_a_follow_up_lies_ahead(acme: World, lead: Lead, away: timedelta) -> None:
    with pytest.raises(InvalidInput) as refused:
        move(acme, lead, LeadStatus.PENDING, follow_up_at=timezone.now() + away)
    assert list(refused.value.fields) == ["follow_up_at"]


def test_a_follow_up_a_moment_ago_is_now(acme: World, lead: Lead) -> None:
    just_now = timezone.now() - timedelta(seconds=30)
    assert move(acme, lead, LeadStatus.PENDING, follow_up_at=just_now).follow_up_at == just_now


def test_a_time_without_a_zone_is_the_companys(acme: World, lead: Lead) -> None:
    there = (timezone.now() + timedelta(days=2)).astimezone(acme.company.zone)
    moved = move(acme, lead, LeadStatus.QUALIFIED, follow_up_at=there.replace(tzinfo=None))
    assert moved.follow_up_at == there


def test_a_change_leaves_its_trail(acme: World, lead: Lead) -> None:
    assert lead.customer is not None
    before = lead.customer.last_activity_at
    move(acme, lead, LeadStatus.LOST, remarks="called twice")
    event = AuditEvent.objects.filter(action="lead.status_changed").get()
    assert (event.reason, event.old["status"], event.new["status"]) == (
        "bought elsewhere",
        "new",
        "lost",
    )
    assert event.actor_staff_id == acme.staff[Role.TEAM_LEAD].pk
    assert OutboxEvent.objects.filter(topic="lead.status_changed").count() == 1
    assert Customer.objects.get().last_activity_at > before
    history = LeadEvent.objects.filter(kind="status_changed").get()
    assert (history.remarks, history.data) == ("called twice", {"reason": "bought elsewhere"})
    assert history.by == acme.staff[Role.TEAM_LEAD]


def test_the_same_status_with_new_details_is_an_edit(acme: World, lead: Lead) -> None:
    pending = move(acme, lead, LeadStatus.PENDING)
    later = timezone.now() + timedelta(days=9)
    edited = move(acme, lead, LeadStatus.PENDING, follow_up_at=later, remarks="")
    assert (edited.follow_up_at, edited.remarks) == (later, "waits for a price")
    assert (edited.attempts, edited.version) == (pending.attempts, pending.version + 1)
    assert LeadEvent.objects.filter(lead=lead).order_by("-id")[0].kind == "edited"


def test_the_same_again_writes_nothing(acme: World, lead: Lead) -> None:
    pending = move(acme, lead, LeadStatus.PENDING)
    Lead.objects.filter(pk=lead.pk).update(follow_up_at=timezone.now() - timedelta(days=3))
    overdue = Lead.objects.get(pk=lead.pk)
    events = LeadEvent.objects.count()
    again = move(acme, lead, "pending", follow_up_at=overdue.follow_up_at, remarks=pending.remarks)
    assert again.version == pending.version
    assert LeadEvent.objects.count() == events


@pytest.fixture
def overdue(lead: Lead) -> Lead:
    """The lead, at work, with a follow-up that has come due."""
    at = timezone.now() - timedelta(days=3)
    Lead.objects.filter(pk=lead.pk).update(status=LeadStatus.WORKING, follow_up_at=at)
    return Lead.objects.get(pk=lead.pk)


@pytest.mark.parametrize("status", ["new", "qualified"])
def test_moving_on_has_done_the_overdue_follow_up(acme: World, overdue: Lead, status: str) -> None:
    moved = move(acme, overdue, status, follow_up_at=overdue.follow_up_at)
    assert (moved.status, moved.follow_up_at) == (status, None)
    event = AuditEvent.objects.filter(action="lead.status_changed").get()
    assert event.old["follow_up_at"] is not None


def test_pending_asks_for_the_next_follow_up(acme: World, overdue: Lead) -> None:
    with pytest.raises(InvalidInput, match="When is the next one") as refused:
        move(acme, overdue, LeadStatus.PENDING, follow_up_at=overdue.follow_up_at, remarks="")
    assert sorted(refused.value.fields) == ["follow_up_at", "remarks"]


def test_another_time_in_the_past_is_a_mistake(acme: World, overdue: Lead) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    with pytest.raises(InvalidInput, match="in the past"):
        move(acme, overdue, LeadStatus.QUALIFIED, follow_up_at=yesterday)


def test_a_follow_up_ahead_comes_along(acme: World, lead: Lead) -> None:
    ahead = timezone.now() + timedelta(days=3)
    move(acme, lead, LeadStatus.WORKING, follow_up_at=ahead)
    assert move(acme, lead, LeadStatus.QUALIFIED, follow_up_at=ahead).follow_up_at == ahead


def test_remarks_of_an_open_lead_stay_where_none_are_given(acme: World, lead: Lead) -> None:
    move(acme, lead, LeadStatus.PENDING)
    assert move(acme, lead, LeadStatus.WORKING).remarks == "waits for a price"


def test_assignment_never_changes_the_status(acme: World, lead: Lead) -> None:
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    assign_lead(actor=acme.actor(Role.TEAM_LEAD), lead_id=lead.pk, owner_id=rm.pk)
    stored = Lead.objects.get(pk=lead.pk)
    assert (stored.status, stored.attempts) == ("new", 0)


def test_somebody_else_saved_first(acme: World, lead: Lead) -> None:
    move(acme, lead, LeadStatus.WORKING)
    with pytest.raises(StaleVersion) as refused:
        change_status(
            actor=acme.actor(),
            lead_id=lead.pk,
            version=1,
            status=LeadStatus.LOST,
            reason="too expensive",
        )
    details = refused.value.details
    assert details["current"]["status"] == "working"
    assert details["yours"]["reason"] == "too expensive"
    assert details["current_version"] == 2
    assert details["changed_by"] == acme.staff[Role.TEAM_LEAD].display_name


def test_reopening_beside_another_open_lead_is_refused(acme: World, lead: Lead) -> None:
    move(acme, lead, LeadStatus.LOST)
    second = make_lead(acme.actor(), branch=acme.north, customer=lead.customer)
    with pytest.raises(Conflict) as refused:
        move(acme, lead, LeadStatus.WORKING)
    assert refused.value.code == "open_lead"
    assert refused.value.details == {"lead_id": second.pk}
    # Closed to closed is no reopening.
    assert move(acme, lead, LeadStatus.DISQUALIFIED).status == "disqualified"


def test_legacy_leads_can_be_reopened_side_by_side(acme: World) -> None:
    lost = make_legacy_lead(acme.north, phone="+61412345678", status=LeadStatus.LOST)
    make_legacy_lead(acme.north, phone="+61412345678")
    assert move(acme, lost, LeadStatus.WORKING).is_open


def test_a_won_lead_makes_a_customer(acme: World, lead: Lead) -> None:
    move(acme, lead, LeadStatus.WON)
    customer = Customer.objects.get(pk=lead.customer_id)
    assert customer.lifecycle_stage == LifecycleStage.CUSTOMER
    reasons = StageChange.objects.filter(customer=customer).order_by("at")
    assert [change.reason for change in reasons] == ["lead received", "lead won"]
    move(acme, lead, LeadStatus.LOST)
    customer.refresh_from_db()
    assert customer.lifecycle_stage == LifecycleStage.CUSTOMER


def test_a_new_lead_does_not_turn_a_customer_back(acme: World) -> None:
    customer = make_customer(acme.actor())
    Customer.objects.update(lifecycle_stage=LifecycleStage.CHURNED)
    lead = make_lead(acme.actor(), branch=acme.north, customer=customer)
    move(acme, lead, LeadStatus.WON)
    customer.refresh_from_db()
    assert customer.lifecycle_stage == LifecycleStage.CHURNED


def attempt(world: World, role: Role, lead: Lead) -> type[CrmError] | None:
    try:
        change_status(
            actor=world.actor(role), lead_id=lead.pk, version=lead.version, status="working"
        )
    except CrmError as error:
        return type(error)
    return None


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (Role.RECEPTIONIST, None),
        (Role.TEAM_LEAD, None),
        (Role.MANAGER, None),
        (Role.ADMIN, None),
        (Role.RELATIONSHIP_MANAGER, NotFound),
        (Role.FINANCE, Forbidden),
        (Role.SERVICE, Forbidden),
    ],
)
def test_who_may_work_a_lead_of_their_branch(
    acme: World, lead: Lead, role: Role, refusal: type[CrmError] | None
) -> None:
    assert attempt(acme, role, lead) is refusal


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (Role.RECEPTIONIST, Forbidden),  # she sees it, but it is not her branch's
        (Role.TEAM_LEAD, NotFound),
        (Role.MANAGER, None),
        (Role.RELATIONSHIP_MANAGER, NotFound),
    ],
)
def test_a_lead_of_another_branch(acme: World, role: Role, refusal: type[CrmError] | None) -> None:
    south = make_lead(acme.actor(Role.MANAGER), branch=acme.south)
    assert attempt(acme, role, south) is refusal


def test_an_rm_works_the_own_lead_only(acme: World) -> None:
    own = make_lead(acme.actor(Role.RELATIONSHIP_MANAGER), branch=acme.north)
    assert attempt(acme, Role.RELATIONSHIP_MANAGER, own) is None
    colleague = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south)
    foreign = make_lead(acme.system(), branch=acme.south, owner_id=colleague.pk)
    assert attempt(acme, Role.RELATIONSHIP_MANAGER, foreign) is NotFound


def test_another_company_sees_nothing(acme: World, globex: World, lead: Lead) -> None:
    with globex.inside():
        assert attempt(globex, Role.ADMIN, lead) is NotFound


def test_eight_reopenings_at_once_leave_one_open_lead(committed: None, acme: World) -> None:
    with acme.inside():
        customer = make_customer(acme.actor())
        leads = []
        for _ in range(8):
            lead = make_lead(acme.actor(), branch=acme.north, customer=customer)
            leads.append(move(acme, lead, LeadStatus.LOST))

    def reopen(number: int) -> str:
        with acme.inside():
            try:
                move(acme, leads[number], LeadStatus.WORKING)
            except Conflict as error:
                return error.code
        return "reopened"

    assert sorted(run_threads(8, reopen)) == ["open_lead"] * 7 + ["reopened"]
    with acme.inside():
        assert Lead.objects.open().count() == 1


def test_eight_changes_of_one_version_leave_one(committed: None, acme: World) -> None:
    with acme.inside():
        lead = make_lead(acme.actor(), branch=acme.north)

    def change(number: int) -> bool:
        with acme.inside():
            try:
                change_status(
                    actor=acme.actor(Role.MANAGER),
                    lead_id=lead.pk,
                    version=1,
                    status="lost",
                    reason=f"reason {number}",
                )
            except StaleVersion:
                return False
        return True

    assert run_threads(8, change).count(True) == 1
    with acme.inside():
        assert Lead.objects.get().attempts == 1
