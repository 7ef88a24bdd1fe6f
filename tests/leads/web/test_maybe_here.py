"""A caller with a new number who may be here already: a question, asked once."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from leads.models import Lead
from tests.factories.customers import make_customer
from tests.factories.scanned import scan
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
PAGES = ["/leads/walk-in/", "/leads/new/"]
# The number differs by one digit from the one that is known.
CALLER = {
    "phone": "+61412777009",
    "full_name": "William Harrowgate",
    "email": "",
    "interest": "A plan",
}


@pytest.fixture
def known(acme: World) -> Customer:
    known = make_customer(acme.system(), name="William Harrowgate", phone="+61412777001")
    scan(acme)
    return known


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RECEPTIONIST])


@pytest.mark.parametrize("page", PAGES)
def test_it_is_them(desk: Client, known: Customer, page: str) -> None:
    answer = desk.post(page, CALLER)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Maybe already here" in html
    assert f'name="customer" value="{known.pk}"' in html
    assert 'value="A plan"' in html
    assert not Lead.objects.exists()
    answer = desk.post(page, {**CALLER, "checked": "1", "customer": str(known.pk)})
    assert answer.status_code == 302
    assert Lead.objects.get().customer == known
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("page", PAGES)
def test_it_is_somebody_else(desk: Client, known: Customer, page: str) -> None:
    assert 'name="checked" value="1"' in desk.post(page, CALLER).content.decode()
    assert desk.post(page, {**CALLER, "checked": "1"}).status_code == 302
    assert Lead.objects.get().customer != known
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_asked_about_without_a_name(desk: Client, known: Customer, page: str) -> None:
    assert desk.post(page, {**CALLER, "full_name": ""}).status_code == 302


def test_the_known_number_needs_no_question(desk: Client, known: Customer) -> None:
    own = {**CALLER, "phone": known.contact_points.get().value}
    assert desk.post(PAGES[0], own).status_code == 302
    assert Lead.objects.get().customer == known
