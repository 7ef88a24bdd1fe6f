"""Adding or changing somebody who may be here already: a calm question, asked once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from customers.models.duplicate import Verdict
from customers.services.match_decisions import decide
from tests.factories.customers import make_customer
from tests.factories.scanned import scan
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
NEW = "/customers/new/"
QUESTION = "Maybe already here"
NEWCOMER = {
    "full_name": "Bill Harrowgate",
    "phone": "+61412777009",
    "birthday": "1984-03-05",
    "city": "Ashby",
}


@pytest.fixture
def known(acme: World) -> Customer:
    known = make_customer(
        acme.system(), name="William Harrowgate", birthday="1984-03-05", city="Ashby"
    )
    make_customer(acme.system(), name="Sarah Quill", city="Ashby")
    scan(acme)
    return known


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RECEPTIONIST])


def changed(customer: Customer, **values: str) -> dict[str, Any]:
    """What the edit form sends."""
    names = ("address_line", "city", "postcode", "country", "language", "preferred_contact")
    opened = {name: getattr(customer, name) for name in names}
    opened |= {"full_name": customer.full_name, "birthday": customer.birthday or "", "tags": ""}
    hidden = {f"initial-{name}": value for name, value in opened.items()}
    return {**hidden, **opened, "version": customer.version, **values}


def test_a_newcomer_is_asked_about_once(desk: Client, known: Customer) -> None:
    answer = desk.post(NEW, NEWCOMER)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert QUESTION in html
    assert f'href="/customers/{known.pk}/"' in html
    assert "birthday" in html.split(QUESTION)[1]
    assert "Save anyway" in html
    assert 'name="checked" value="1"' in html
    assert 'value="Bill Harrowgate"' in html
    assert Customer.objects.count() == 2
    answer = desk.post(NEW, {**NEWCOMER, "checked": "1"})
    assert answer.status_code == 302
    assert Customer.objects.count() == 3


def test_a_stranger_is_not_asked_about(desk: Client, known: Customer) -> None:
    assert desk.post(NEW, {"full_name": "Noor Raman", "phone": "+61412777008"}).status_code == 302


def test_a_shared_number_is_asked_about_once(desk: Client, known: Customer) -> None:
    clash = {**NEWCOMER, "phone": known.contact_points.get().value}
    answer = desk.post(NEW, clash)
    assert answer.status_code == 422
    assert QUESTION not in answer.content.decode()
    assert 'name="checked" value="1"' in answer.content.decode()
    answer = desk.post(NEW, {**clash, "checked": "1", "share_numbers": "on"})
    assert answer.status_code == 302


def test_another_company_knows_nothing(
    acme: World, globex: World, client_of: SignIn, known: Customer
) -> None:
    stranger = client_of(globex.staff[Role.RECEPTIONIST])
    newcomer = {**NEWCOMER, "phone": "+919812345678"}
    assert stranger.post(NEW, newcomer).status_code == 302


def test_an_edit_is_asked_about_once(acme: World, desk: Client, known: Customer) -> None:
    other = make_customer(acme.system(), name="Unclear", city="Ashby", birthday="1984-03-05")
    page = f"/customers/{other.pk}/edit/"
    answer = desk.post(page, changed(other, full_name="William Harrowgate"))
    assert answer.status_code == 409
    assert QUESTION in answer.content.decode()
    other.refresh_from_db()
    assert other.full_name == "Unclear"
    sent = changed(other, full_name="William Harrowgate", checked="1")
    assert desk.post(page, sent).status_code == 302
    other.refresh_from_db()
    assert other.full_name == "William Harrowgate"


def test_an_edit_of_a_decided_pair_or_of_other_fields_asks_nothing(
    acme: World, desk: Client, known: Customer
) -> None:
    other = make_customer(acme.system(), name="Unclear", city="Ashby", birthday="1984-03-05")
    page = f"/customers/{other.pk}/edit/"
    assert desk.post(page, changed(other, country="Norway")).status_code == 302
    decide(
        actor=acme.actor(Role.MANAGER),
        left_id=other.pk,
        right_id=known.pk,
        verdict=Verdict.NOT_DUPLICATE,
    )
    other.refresh_from_db()
    sent = changed(other, full_name="William Harrowgate")
    assert desk.post(page, sent).status_code == 302


def test_the_cost_does_not_grow(
    acme: World,
    desk: Client,
    known: Customer,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    desk.post(NEW, NEWCOMER)
    costs = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as queries:
            assert desk.post(NEW, NEWCOMER).status_code == 409
        costs.append(len(queries))
        for _ in range(2):
            make_customer(
                acme.system(), name="William Harrowgate", birthday="1984-03-05", city="Ashby"
            )
        scan(acme)
    assert costs[0] == costs[1]
