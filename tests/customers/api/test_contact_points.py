"""Phones and e-mails of a customer by the API."""

from typing import Any

import pytest

from customers.models import ContactPoint
from customers.services.contact_points import add_contact_point
from tests.customers.api.answers import body_of, refusal, wrong_fields
from tests.factories.api_clients import client_with_key
from tests.factories.candidates import pretend_merged
from tests.factories.customers import make_customer, next_phone
from tests.worlds import World


def test_add_list_change_remove(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    customer = make_customer(acme.actor())
    url = f"customers/{customer.pk}/contact-points"
    typed = f"0{next_phone()[3:]}"
    added = client.post(url, {"kind": "phone", "value": typed, "label": "work"})
    assert added.status_code == 201
    point = body_of(added)
    assert (point["value"], point["as_typed"]) == (f"+61{typed[1:]}", typed)
    assert (point["label"], point["is_primary"], point["source"]) == ("work", False, "api")
    one = added["Location"].removeprefix("/api/v1/")
    with django_assert_num_queries(8):
        listed = body_of(client.get(url))["results"]
    assert [row["is_primary"] for row in listed] == [True, False]
    assert body_of(client.get(one)) == listed[1] == point
    changed = body_of(client.patch(one, {"is_primary": True, "is_invalid": True}))
    assert (changed["is_primary"], changed["is_invalid"]) == (True, True)
    assert client.delete(one).status_code == 204
    assert refusal(client.get(one)) == (404, "not_found")
    assert ContactPoint.objects.get(customer=customer).is_primary


def test_what_another_has_is_named_or_shared(acme: World) -> None:
    client = client_with_key(acme)
    known, customer = make_customer(acme.actor()), make_customer(acme.actor(), name="Bo Ek")
    url = f"customers/{customer.pk}/contact-points"
    body = {"kind": "phone", "value": known.contact_points.get().value}
    refused = client.post(url, body)
    assert refusal(refused) == (409, "duplicate")
    assert body_of(refused)["customer_id"] == str(known.pk)
    assert body_of(refused)["errors"][0]["field"] == "value"
    shared = body_of(client.post(url, {**body, "share": True}))
    assert shared["is_shared"]
    again = client.patch(f"{url}/{shared['id']}", {"is_shared": False})
    assert refusal(again) == (409, "duplicate")
    ContactPoint.objects.filter(customer=known).delete()
    assert not body_of(client.patch(f"{url}/{shared['id']}", {"is_shared": False}))["is_shared"]


def test_a_point_of_somebody_else_is_not_here(acme: World) -> None:
    client = client_with_key(acme)
    one, other = make_customer(acme.actor()), make_customer(acme.actor(), name="Bo Ek")
    url = f"customers/{one.pk}/contact-points/{other.contact_points.get().pk}"
    assert refusal(client.get(url)) == (404, "not_found")
    assert refusal(client.patch(url, {"is_invalid": True})) == (404, "not_found")
    assert refusal(client.delete(url)) == (404, "not_found")
    assert other.contact_points.count() == 1


def test_a_merged_id_lists_the_survivors(acme: World) -> None:
    one, other = make_customer(acme.actor()), make_customer(acme.actor(), name="Bo Ek")
    pretend_merged(one, other)
    url = f"customers/{one.pk}/contact-points"
    client = client_with_key(acme)
    assert [row["value"] for row in body_of(client.get(url))["results"]] == [
        other.contact_points.get().value
    ]
    refused = client.post(url, {"kind": "email", "value": "a@b.example"})
    assert refusal(refused) == (409, "merged")
    assert body_of(refused)["merged_into"] == str(other.pk)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"kind", "value"}),
        ({"kind": "fax", "value": "1"}, {"kind"}),
        ({"kind": "phone", "value": "12"}, {"value"}),
        ({"kind": "email", "value": "none@none.com"}, {"value"}),
        ({"kind": "email", "value": "a@b.example", "is_primary": True}, {"is_primary"}),
    ],
)
def test_wrong_values(acme: World, body: Any, fields: set[str]) -> None:
    customer = make_customer(acme.actor())
    url = f"customers/{customer.pk}/contact-points"
    assert wrong_fields(client_with_key(acme).post(url, body)) == fields


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {""}),
        ({"is_primary": False}, {"is_primary"}),
        ({"is_shared": True}, {"is_shared"}),
        ({"is_invalid": "yes"}, {"is_invalid"}),
        ({"value": "0412345678"}, {"value"}),
    ],
)
def test_wrong_changes(acme: World, body: Any, fields: set[str]) -> None:
    customer = make_customer(acme.actor())
    add_contact_point(actor=acme.actor(), customer_id=customer.pk, kind="email", text="a@b.example")
    point = customer.contact_points.first()
    assert point is not None
    url = f"customers/{customer.pk}/contact-points/{point.pk}"
    assert wrong_fields(client_with_key(acme).patch(url, body)) == fields
