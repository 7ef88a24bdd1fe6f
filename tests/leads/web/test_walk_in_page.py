"""Walk-ins: two fields at the desk, one click from the card."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from leads.models import Lead
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
URL = "/leads/walk-in/"


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RECEPTIONIST])


def test_somebody_new(acme: World, desk: Client) -> None:
    answer = desk.post(URL, {"phone": "0412 345 678", "full_name": "Ana de Souza"}, follow=True)
    lead = Lead.objects.get()
    assert answer.redirect_chain == [(f"/leads/{lead.pk}/", 302)]
    assert "New lead logged for Ana de Souza." in answer.content.decode()
    assert lead.branch == acme.north


def test_the_second_visit_attaches(acme: World, desk: Client) -> None:
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    customer = make_customer(acme.actor(), name="Ana de Souza", phone="0412 345 678")
    make_lead(acme.actor(), branch=acme.north, customer=customer, owner_id=owner.pk)
    answer = desk.post(URL, {"phone": "+61412345678", "full_name": ""}, follow=True)
    html = answer.content.decode()
    assert "Attached to the open lead of Ana de Souza" in html
    assert f"It is with {owner.display_name}" in html
    assert Lead.objects.count() == 1


def test_one_click_from_the_card(acme: World, desk: Client) -> None:
    customer = make_customer(acme.actor(), name="Ana de Souza")
    answer = desk.post(URL, {"customer": str(customer.pk)})
    assert answer.headers["Location"] == f"/leads/{Lead.objects.get().pk}/"
    assert Lead.objects.get().customer == customer


def test_a_shared_number_asks_who_it_is(acme: World, desk: Client) -> None:
    people = [
        make_customer(acme.actor(), name=name, phone="0412 777 111", share=True)
        for name in ("Ana Lim", "Ben Lim")
    ]
    typed = {"phone": "0412 777 111", "full_name": "", "remarks": "wants a test drive"}
    answer = desk.post(URL, typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "2 people share this number" in html
    assert "Ana Lim" in html
    assert "wants a test drive" in html
    assert desk.post(URL, {**typed, "customer": str(people[1].pk)}).status_code == 302
    assert Lead.objects.get().customer == people[1]
    new = desk.post("/customers/new/", {**typed, "from_search": "form"})
    assert 'value="0412 777 111"' in new.content.decode()


def test_who_works_everywhere_chooses_a_branch(acme: World, client_of: SignIn) -> None:
    manager = client_of(acme.staff[Role.MANAGER])
    customer = make_customer(acme.actor())
    asked = manager.post(URL, {"customer": str(customer.pk)})
    assert asked.status_code == 422
    assert "Choose a branch" in asked.content.decode()
    assert customer.full_name in asked.content.decode()
    manager.post(URL, {"customer": str(customer.pk), "branch": str(acme.south.pk)})
    assert Lead.objects.get().branch == acme.south


def test_a_known_person_stands_in_the_form(acme: World, desk: Client) -> None:
    customer = make_customer(acme.actor(), name="Ana de Souza")
    html = desk.get(f"{URL}?customer={customer.pk}").content.decode()
    assert "Ana de Souza" in html
    assert 'name="phone"' not in html


BAD = [
    ({"phone": "123"}, "too short"),
    ({"phone": "none of your business"}, "phone"),
    ({"phone": ""}, "Type the phone number"),
    ({"phone": "0412\x00345678"}, "cannot be kept"),
    ({"phone": "0412 345 678", "full_name": "x" * 300}, "at most 200"),
    ({"phone": "0412 345 678", "full_name": "A\x00"}, "cannot be kept"),
    ({"phone": "0412 345 678", "remarks": "x" * 1001}, "at most 1000"),
    ({"phone": "0412 345 678", "branch": "south"}, "one of the list"),
    ({"phone": "0412 345 678", "rm": "0190b3a0-0000-7000-8000-000000000000"}, "one of the list"),
    ({"phone": "0412 345 678", "source": "x"}, "one of the list"),
    ({"customer": "x"}, "valid UUID"),
    ({"customer": "0190b3a0-0000-7000-8000-000000000000"}, "customer of this company"),
]


@pytest.mark.parametrize(("typed", "said"), BAD)
def test_bad_input(acme: World, desk: Client, typed: dict[str, str], said: str) -> None:
    answer = desk.post(URL, typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert Lead.objects.count() == 0
    for name in {"phone", "full_name", "remarks"} & set(typed):
        assert typed[name].replace("\x00", "\ufffd") in html


def test_a_forbidden_branch(acme: World, desk: Client) -> None:
    answer = desk.post(URL, {"phone": "0412 345 678", "branch": str(acme.south.pk)})
    assert answer.status_code == 422
    assert 'value="0412 345 678"' in answer.content.decode()
    assert Lead.objects.count() == 0


def test_a_customer_of_another_company(acme: World, globex: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor(), name="Ana de Souza")
    stranger = client_of(globex.staff[Role.RECEPTIONIST])
    answer = stranger.post(URL, {"customer": str(customer.pk)})
    assert answer.status_code == 422
    assert "Souza" not in answer.content.decode()
    shown = stranger.get(f"{URL}?customer={customer.pk}")
    assert "Souza" not in shown.content.decode()
    assert Customer.objects.count() == 1


def test_who_may_not(acme: World, client_of: SignIn, client: Client) -> None:
    assert client_of(acme.staff[Role.FINANCE]).get(URL).status_code == 403
    assert client_of(acme.staff[Role.FINANCE]).post(URL, {"phone": "1"}).status_code == 403
    assert client.get(URL).status_code == 302


def test_the_cost_is_fixed(desk: Client, django_assert_num_queries: Callable[..., object]) -> None:
    desk.get(URL)
    with django_assert_num_queries(11):
        desk.get(URL)
