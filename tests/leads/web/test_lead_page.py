"""One lead: seen, moved on, given away, corrected, linked."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from leads.models import Lead
from leads.services.status import change_status
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
QUERIES = 11


def url(lead: Lead, path: str = "") -> str:
    return f"/leads/{lead.pk}/{path}"


@pytest.fixture
def lead(acme: World) -> Lead:
    customer = make_customer(acme.actor(), name="Ana de Souza", phone="0412 345 678")
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    return make_lead(
        acme.actor(), branch=acme.north, customer=customer, owner_id=owner.pk, interest="Wagon"
    )


@pytest.fixture
def owner(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RELATIONSHIP_MANAGER])


def test_the_page(acme: World, lead: Lead, owner: Client) -> None:
    html = owner.get(url(lead)).content.decode()
    for fact in ("Ana de Souza", "Wagon", "North", "Lead logged", "What comes next?"):
        assert fact in html


def test_who_sees_it(
    acme: World, globex: World, lead: Lead, client_of: SignIn, client: Client
) -> None:
    other = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south)
    for stranger in (other, globex.staff[Role.ADMIN]):
        for path in ("", "edit/", "link/"):
            assert client_of(stranger).get(url(lead, path)).status_code == 404
        for path in ("status/", "assign/", "edit/", "link/"):
            assert client_of(stranger).post(url(lead, path), {"version": 1}).status_code == 404
    assert (
        client_of(globex.staff[Role.RELATIONSHIP_MANAGER]).post(url(lead, "take/")).status_code
        == 404
    )
    finance = client_of(acme.staff[Role.FINANCE])
    assert "What comes next?" not in finance.get(url(lead)).content.decode()
    assert finance.post(url(lead, "status/"), {"version": 1}).status_code == 403
    assert client.get(url(lead)).status_code == 302


def test_moving_on(acme: World, lead: Lead, owner: Client) -> None:
    moment = timezone.localtime(timezone.now(), acme.company.zone) + timedelta(days=2)
    typed = {
        "version": lead.version,
        "status": "pending",
        "follow_up_at": moment.strftime("%Y-%m-%dT10:30"),
        "remarks": "Waits for the loan.",
    }
    assert owner.post(url(lead, "status/"), typed).status_code == 302
    lead.refresh_from_db()
    assert lead.status == "pending"
    assert lead.follow_up_at is not None
    assert timezone.localtime(lead.follow_up_at, acme.company.zone).hour == 10
    html = owner.get(url(lead)).content.decode()
    assert "Waits for the loan." in html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"status": "pending"}, "Pending needs a time"),
        ({"status": "pending", "follow_up_at": "2020-01-01T10:00", "remarks": "x"}, "in the past"),
        ({"status": "pending", "follow_up_at": "soon", "remarks": "keep me"}, "a day and a time"),
        ({"status": "lost"}, "Lost needs a reason"),
        ({"status": "disqualified", "reason": "x" * 501}, "at most 500"),
        ({"status": "king"}, "valid choice"),
        ({"status": "working", "remarks": "a\x00b"}, "cannot be kept"),
        ({"status": "working", "remarks": "x" * 1001}, "at most 1000"),
        ({"status": ""}, "required"),
        ({"status": "working", "version": "x"}, "whole number"),
    ],
)
def test_bad_input(lead: Lead, owner: Client, typed: dict[str, str], said: str) -> None:
    answer = owner.post(url(lead, "status/"), {"version": lead.version, **typed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert typed.get("remarks", "").replace("\x00", "\ufffd") in html
    lead.refresh_from_db()
    assert lead.status == "new"


def test_closing_forgets_the_hidden_follow_up(lead: Lead, owner: Client) -> None:
    Lead.objects.filter(pk=lead.pk).update(follow_up_at=timezone.now() + timedelta(days=1))
    typed = {
        "version": lead.version,
        "status": "lost",
        "follow_up_at": "2090-01-01T10:00",
        "reason": "bought elsewhere",
    }
    assert owner.post(url(lead, "status/"), typed).status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.follow_up_at) == ("lost", None)


def test_moving_on_after_the_follow_up(acme: World, lead: Lead, owner: Client) -> None:
    Lead.objects.filter(pk=lead.pk).update(
        status="working", follow_up_at=timezone.now() - timedelta(days=2)
    )
    field = re.search(r'name="follow_up_at" value="([^"]+)"', owner.get(url(lead)).content.decode())
    assert field is not None
    shown = {"version": lead.version, "follow_up_at": field[1]}
    waiting = owner.post(url(lead, "status/"), {**shown, "status": "pending", "remarks": "x"})
    assert waiting.status_code == 422
    assert waiting.context["status_form"].errors["follow_up_at"] == [
        "The last follow-up is over. When is the next one?"
    ]
    moved = owner.post(url(lead, "status/"), {**shown, "status": "qualified"}, follow=True)
    assert "The lead is qualified. It has no follow-up now." in moved.content.decode()
    lead.refresh_from_db()
    assert (lead.status, lead.follow_up_at) == ("qualified", None)


def test_somebody_else_moved_it_first(acme: World, lead: Lead, owner: Client) -> None:
    version = lead.version
    desk = acme.actor(Role.RECEPTIONIST)
    change_status(actor=desk, lead_id=lead.pk, version=version, status="working", remarks="rang")
    typed = {"version": version, "status": "lost", "reason": "bought elsewhere"}
    answer = owner.post(url(lead, "status/"), typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert f"{desk.name} saved this first" in html
    assert "bought elsewhere" in html
    assert owner.post(url(lead, "status/"), answer.context["status_form"].data).status_code == 302
    lead.refresh_from_db()
    assert lead.status == "lost"


def test_giving_it_away(acme: World, lead: Lead, client_of: SignIn) -> None:
    team_lead = acme.staff[Role.TEAM_LEAD]
    client = client_of(team_lead)
    assert client.post(url(lead, "assign/"), {"owner": str(team_lead.pk)}).status_code == 302
    lead.refresh_from_db()
    assert lead.owner == team_lead
    assert lead.status == "new"
    other = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south)
    refused = client.post(url(lead, "assign/"), {"owner": str(other.pk)})
    assert refused.status_code == 422
    client.post(url(lead, "assign/"), {"owner": ""})
    lead.refresh_from_db()
    assert lead.owner is None


def test_taking_one_that_nobody_owns(acme: World, owner: Client) -> None:
    free = make_lead(acme.actor(), branch=acme.north)
    assert owner.get(url(free)).status_code == 404
    assert owner.post(url(free, "take/")).headers["Location"] == url(free)
    assert owner.get(url(free)).status_code == 200


def test_correcting_it(lead: Lead, owner: Client) -> None:
    typed = {"version": lead.version, "interest": "Coupé", "remarks": "", "full_name": ""}
    assert owner.post(url(lead, "edit/"), typed).status_code == 302
    lead.refresh_from_db()
    assert lead.interest == "Coupé"
    stale = owner.post(url(lead, "edit/"), {**typed, "interest": "Bus"})
    assert stale.status_code == 409
    assert "Bus" in stale.content.decode()
    assert "Coupé" in stale.content.decode()
    bad = owner.post(url(lead, "edit/"), {**typed, "version": lead.version, "variant": "a\x00"})
    assert bad.status_code == 422


def test_linking_a_lead_to_its_person(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor(), name="Ana de Souza", phone="0412 345 678", share=True)
    legacy = make_legacy_lead(acme.north, phone="+61412345678", name="Ana")
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    assert "Lead, no customer yet" in desk.get(url(legacy)).content.decode()
    assert "Ana de Souza" in desk.get(url(legacy, "link/")).content.decode()
    assert "Ana de Souza" in desk.post(url(legacy, "link/"), {"find": "souza"}).content.decode()
    assert desk.post(url(legacy, "link/"), {"customer": str(customer.pk)}).status_code == 302
    legacy.refresh_from_db()
    assert legacy.customer == customer


def test_linking_to_a_stranger(acme: World, globex: World, client_of: SignIn) -> None:
    legacy = make_legacy_lead(acme.north, phone="+61412345678", name="Ana")
    with globex.inside():
        foreign = make_customer(globex.actor())
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    answer = desk.post(url(legacy, "link/"), {"customer": str(foreign.pk)}, follow=True)
    assert "Choose a customer of this company" in answer.content.decode()
    assert desk.post(url(legacy, "link/"), {"customer": "x"}).status_code == 400
    assert desk.post(url(legacy, "link/"), {"find": "a\x00"}).status_code == 422
    legacy.refresh_from_db()
    assert legacy.customer is None


def test_the_cost_does_not_grow(
    lead: Lead, owner: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    owner.get(url(lead))
    with django_assert_num_queries(QUERIES):
        owner.get(url(lead))
    for number in range(6):
        typed = {"version": lead.version, "status": ("working", "qualified")[number % 2]}
        owner.post(url(lead, "status/"), typed)
        lead.refresh_from_db()
    with django_assert_num_queries(QUERIES):
        owner.get(url(lead))
