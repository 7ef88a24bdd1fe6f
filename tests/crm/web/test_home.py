"""The start page: the box, and what the day asks of this person."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from leads.models import Lead
from leads.services.walk_in import log_walk_in
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]


def test_the_desk_sees_todays_walk_ins_of_its_branch(acme: World, client_of: SignIn) -> None:
    desk = acme.actor(Role.RECEPTIONIST)
    here = make_customer(desk, name="Ana de Souza")
    log_walk_in(actor=desk, phone_text="", customer_id=here.pk, branch_id=acme.north.pk)
    log_walk_in(actor=desk, phone_text="", customer_id=here.pk, branch_id=acme.north.pk)
    there = make_customer(desk, name="Ben Lim")
    manager = acme.actor(Role.MANAGER)
    log_walk_in(actor=manager, phone_text="", customer_id=there.pk, branch_id=acme.south.pk)
    html = client_of(acme.staff[Role.RECEPTIONIST]).get("/").content.decode()
    assert "Walk-ins at North today" in html
    assert html.count("Ana de Souza") == 1
    assert "Ben Lim" not in html
    assert 'name="q"' in html


def test_a_quiet_day(acme: World, client_of: SignIn) -> None:
    html = client_of(acme.staff[Role.RECEPTIONIST]).get("/").content.decode()
    assert "No walk-ins yet today." in html


def test_an_owner_sees_what_is_due(acme: World, client_of: SignIn) -> None:
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    due = make_customer(acme.actor(), name="Ana de Souza")
    lead = make_lead(acme.actor(), branch=acme.north, customer=due, owner_id=owner.pk)
    Lead.objects.filter(pk=lead.pk).update(follow_up_at=timezone.now() - timedelta(hours=30))
    make_lead(acme.actor(), branch=acme.north, full_name="Of nobody")
    html = client_of(owner).get("/").content.decode()
    assert "Follow up today" in html
    assert html.count("Ana de Souza") == 2
    assert "Of nobody" not in html


def test_others_have_the_box_alone(acme: World, client_of: SignIn) -> None:
    html = client_of(acme.staff[Role.FINANCE]).get("/").content.decode()
    assert 'name="q"' in html
    assert "today" not in html
    assert "New customer" not in html


def test_another_company_and_nobody(
    acme: World, globex: World, client_of: SignIn, client: Client
) -> None:
    desk = acme.actor(Role.RECEPTIONIST)
    customer = make_customer(desk, name="Ana de Souza")
    log_walk_in(actor=desk, phone_text="", customer_id=customer.pk, branch_id=acme.north.pk)
    html = client_of(globex.staff[Role.RECEPTIONIST]).get("/").content.decode()
    assert "Souza" not in html
    assert client.get("/").status_code == 302


def test_the_cost_does_not_grow(
    acme: World, client_of: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    client = client_of(owner)
    client.get("/")
    for _ in range(2):
        with django_assert_num_queries(10):
            client.get("/")
        for _ in range(3):
            make_lead(acme.actor(), branch=acme.north, owner_id=owner.pk)
