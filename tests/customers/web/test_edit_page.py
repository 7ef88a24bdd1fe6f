"""Correcting a customer, also when two people do it at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.services.edit import edit_customer
from tests.factories.customers import make_customer
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RECEPTIONIST])


@pytest.fixture
def ana(acme: World) -> Customer:
    return make_customer(acme.actor(), name="Ana de Souza", phone="0412 345 678", city="Bondi")


def url(customer: Customer) -> str:
    return f"/customers/{customer.pk}/edit/"


def opened(client: Client, customer: Customer) -> dict[str, Any]:
    """What the browser would send back if nobody typed anything."""
    form = client.get(url(customer)).context["form"]
    data: dict[str, Any] = {}
    for field in form:
        value = field.value()
        data[field.html_name] = "" if value is None else value
        if field.field.show_hidden_initial:
            data[field.html_initial_name] = data[field.html_name]
    return data


def test_a_correction(acme: World, desk: Client, ana: Customer) -> None:
    data = opened(desk, ana) | {"full_name": "Ana Souza", "tags": "vip"}
    answer = desk.post(url(ana), data)
    assert answer.headers["Location"] == f"/customers/{ana.pk}/"
    ana.refresh_from_db()
    assert (ana.full_name, ana.city) == ("Ana Souza", "Bondi")
    assert [str(tag) for tag in ana.tags.all()] == ["vip"]


def test_nothing_changed(acme: World, desk: Client, ana: Customer) -> None:
    assert desk.post(url(ana), opened(desk, ana)).status_code == 302
    before, ana.version = ana.version, 0
    ana.refresh_from_db()
    assert ana.version == before


def test_somebody_else_saved_first(acme: World, desk: Client, ana: Customer) -> None:
    data = opened(desk, ana) | {"full_name": "Ana Souza-Lim", "postcode": "2026"}
    other = acme.actor(Role.MANAGER)
    edit_customer(
        actor=other,
        customer_id=ana.pk,
        version=ana.version,
        changes={"full_name": "Anna de Souza", "city": "Coogee"},
    )
    answer = desk.post(url(ana), data)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert f"{other.name} saved this person first" in html
    for version in ("Ana Souza-Lim", "Anna de Souza", "Coogee"):
        assert version in html
    again = answer.context["form"].data | {"keep_full_name": "theirs"}
    assert desk.post(url(ana), again).status_code == 302
    ana.refresh_from_db()
    assert (ana.full_name, ana.city, ana.postcode) == ("Anna de Souza", "Coogee", "2026")


def test_overwriting_knowingly(acme: World, desk: Client, ana: Customer) -> None:
    data = opened(desk, ana) | {"full_name": "Ana Souza-Lim"}
    edit_customer(
        actor=acme.actor(Role.MANAGER),
        customer_id=ana.pk,
        version=ana.version,
        changes={"full_name": "Anna de Souza"},
    )
    answer = desk.post(url(ana), data)
    again = answer.context["form"].data | {"keep_full_name": "mine"}
    assert desk.post(url(ana), again).status_code == 302
    ana.refresh_from_db()
    assert ana.full_name == "Ana Souza-Lim"


@pytest.mark.parametrize(
    "typed",
    [
        {"full_name": ""},
        {"full_name": "x" * 300},
        {"full_name": "A\x00na"},
        {"city": "B\x00ndi"},
        {"address_line": "y" * 301},
        {"birthday": "soon"},
        {"preferred_contact": "pigeon"},
        {"version": "x"},
        {"version": ""},
        {"version": "99999999999999999999"},
    ],
)
def test_bad_input(acme: World, desk: Client, ana: Customer, typed: dict[str, str]) -> None:
    answer = desk.post(url(ana), opened(desk, ana) | {"postcode": "2026"} | typed)
    assert answer.status_code in (409, 422)
    assert 'value="2026"' in answer.content.decode()
    ana.refresh_from_db()
    assert (ana.full_name, ana.postcode) == ("Ana de Souza", "")


def test_phones_and_emails(acme: World, desk: Client, ana: Customer) -> None:
    points = f"/customers/{ana.pk}/phones-and-emails/"
    desk.post(points, {"kind": "phone", "text": "02 9876 5432", "label": "work"})
    desk.post(points, {"kind": "email", "text": "ana@example.org"})
    second = ContactPoint.objects.get(value="+61298765432")
    assert second.label == "work"
    desk.post(f"{points}{second.pk}/", {"change": "primary"})
    second.refresh_from_db()
    assert second.is_primary
    desk.post(f"{points}{second.pk}/", {"change": "invalid"})
    second.refresh_from_db()
    assert second.is_invalid
    desk.post(f"{points}{second.pk}/", {"change": "remove"})
    assert not ContactPoint.objects.filter(pk=second.pk).exists()


def test_marks_can_be_taken_back(acme: World, desk: Client, ana: Customer) -> None:
    point = ana.contact_points.get()
    path = f"/customers/{ana.pk}/phones-and-emails/{point.pk}/"
    for offered, missing, becomes_invalid in (
        ("invalid", "valid", True),
        ("valid", "invalid", False),
    ):
        html = desk.get(url(ana)).content.decode()
        assert f'name="change" value="{offered}"' in html
        assert f'name="change" value="{missing}"' not in html
        desk.post(path, {"change": offered})
        point.refresh_from_db()
        assert point.is_invalid is becomes_invalid


def test_sharing_ends_when_nobody_else_has_the_number(
    acme: World, desk: Client, ana: Customer
) -> None:
    point = ana.contact_points.get()
    path = f"/customers/{ana.pk}/phones-and-emails/{point.pk}/"
    assert 'value="unshare"' not in desk.get(url(ana)).content.decode()
    ben = make_customer(acme.actor(), name="Ben Lim", phone=point.value, share=True)
    assert 'value="unshare"' in desk.get(url(ana)).content.decode()
    refused = desk.post(path, {"change": "unshare"}, follow=True)
    point.refresh_from_db()
    assert point.is_shared
    assert "Take it off their card first." in refused.content.decode()
    his = ben.contact_points.get()
    desk.post(f"/customers/{ben.pk}/phones-and-emails/{his.pk}/", {"change": "remove"})
    desk.post(path, {"change": "unshare"})
    point.refresh_from_db()
    assert not point.is_shared


def test_a_number_of_somebody_else(acme: World, desk: Client, ana: Customer) -> None:
    ben = make_customer(acme.actor(), name="Ben Lim", phone="0412 111 222")
    points = f"/customers/{ana.pk}/phones-and-emails/"
    typed = {"kind": "phone", "text": "0412 111 222"}
    answer = desk.post(points, typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f"/customers/{ben.pk}/" in html
    assert 'value="0412 111 222"' in html
    assert desk.post(points, {**typed, "share": "on"}).status_code == 302
    assert ContactPoint.objects.filter(value="+61412111222", is_shared=True).count() == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "phone", "text": "123"},
        {"kind": "phone", "text": "words"},
        {"kind": "email", "text": "no at"},
        {"kind": "telex", "text": "0412 111 222"},
        {"kind": "phone", "text": "0412\x00111222"},
        {"kind": "phone", "text": "0412 111 222", "label": "z" * 41},
        {},
    ],
)
def test_bad_points(acme: World, desk: Client, ana: Customer, typed: dict[str, str]) -> None:
    answer = desk.post(f"/customers/{ana.pk}/phones-and-emails/", typed)
    assert answer.status_code == 422
    assert ana.contact_points.count() == 1


def test_an_unknown_change(acme: World, desk: Client, ana: Customer) -> None:
    point = ana.contact_points.get()
    path = f"/customers/{ana.pk}/phones-and-emails/{point.pk}/"
    assert desk.post(path, {"change": "explode"}).status_code == 400
    assert ana.contact_points.count() == 1


def test_a_point_of_somebody_else_is_not_reached(acme: World, desk: Client, ana: Customer) -> None:
    foreign = make_customer(acme.actor()).contact_points.get()
    path = f"/customers/{ana.pk}/phones-and-emails/{foreign.pk}/"
    assert desk.post(path, {"change": "invalid"}).status_code == 404


def test_another_company_and_other_roles(
    acme: World, globex: World, ana: Customer, client_of: SignIn, client: Client
) -> None:
    stranger = client_of(globex.staff[Role.ADMIN])
    assert stranger.get(url(ana)).status_code == 404
    assert stranger.post(url(ana), {"full_name": "Eve", "version": 1}).status_code == 404
    assert client_of(acme.staff[Role.FINANCE]).get(url(ana)).status_code == 403
    assert client.get(url(ana)).status_code == 302


def test_the_cost_is_fixed(
    acme: World, desk: Client, ana: Customer, django_assert_num_queries: Callable[..., object]
) -> None:
    desk.get(url(ana))
    with django_assert_num_queries(15):
        desk.get(url(ana))
