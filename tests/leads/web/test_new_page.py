"""Writing a new lead down."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from leads.models import Lead
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
URL = "/leads/new/"


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RECEPTIONIST])


def test_a_new_enquiry(acme: World, desk: Client) -> None:
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    typed = {
        "phone": "0412 345 678",
        "full_name": "Ana de Souza",
        "email": "ana@example.org",
        "interest": "Hatchback",
        "owner": str(owner.pk),
    }
    answer = desk.post(URL, typed)
    lead = Lead.objects.get()
    assert answer.headers["Location"] == f"/leads/{lead.pk}/"
    assert (lead.interest, lead.owner, lead.branch) == ("Hatchback", owner, acme.north)


def test_of_a_known_customer(acme: World, desk: Client) -> None:
    customer = make_customer(acme.actor(), name="Ana de Souza")
    assert "Ana de Souza" in desk.get(f"{URL}?customer={customer.pk}").content.decode()
    assert desk.post(URL, {"customer": str(customer.pk)}).status_code == 302
    assert Lead.objects.get().customer == customer


def test_an_open_one_is_there_already(acme: World, desk: Client) -> None:
    customer = make_customer(acme.actor())
    lead = make_lead(acme.actor(), branch=acme.north, customer=customer)
    answer = desk.post(URL, {"customer": str(customer.pk), "interest": "Wagon"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert f"/leads/{lead.pk}/" in html
    assert 'value="Wagon"' in html


def test_a_shared_number_asks_who_it_is(acme: World, desk: Client) -> None:
    for name in ("Ana Lim", "Ben Lim"):
        make_customer(acme.actor(), name=name, phone="0412 777 111", share=True)
    answer = desk.post(URL, {"phone": "0412 777 111"})
    assert answer.status_code == 409
    assert "2 people share this number" in answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"phone": "123"},
        {"phone": "words"},
        {"phone": ""},
        {"phone": "0412 345 678", "email": "no at"},
        {"phone": "0412 345 678", "full_name": "x" * 300},
        {"phone": "0412 345 678", "interest": "a\x00b"},
        {"phone": "0412 345 678", "owner": "somebody"},
        {"phone": "0412 345 678", "source": "somewhere"},
        {"phone": "0412 345 678", "branch": "0190b3a0-0000-7000-8000-000000000000"},
        {"customer": "0190b3a0-0000-7000-8000-000000000000"},
    ],
)
def test_bad_input(acme: World, desk: Client, typed: dict[str, str]) -> None:
    answer = desk.post(URL, {"location": "Bondi", **typed})
    assert answer.status_code == 422
    assert 'value="Bondi"' in answer.content.decode()
    assert Lead.objects.count() == 0


def test_an_rm_gets_their_own(acme: World, client_of: SignIn) -> None:
    manager = client_of(acme.staff[Role.RELATIONSHIP_MANAGER])
    answer = manager.post(URL, {"phone": "0412 345 678"}, follow=True)
    assert answer.status_code == 200
    assert Lead.objects.get().owner == acme.staff[Role.RELATIONSHIP_MANAGER]


def test_who_may_not(acme: World, globex: World, client_of: SignIn, client: Client) -> None:
    customer = make_customer(acme.actor())
    stranger = client_of(globex.staff[Role.ADMIN])
    typed = {"customer": str(customer.pk), "branch": str(globex.north.pk)}
    assert stranger.post(URL, typed).status_code == 422
    assert client_of(acme.staff[Role.FINANCE]).get(URL).status_code == 403
    assert client.get(URL).status_code == 302
