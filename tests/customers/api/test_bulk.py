"""Many customers at once: each item for itself, in a fixed number of statements."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.services.removal import delete_customer
from tests.customers.api.answers import MISSING, body_of, refusal, wrong_fields
from tests.factories.api_clients import client_of_staff, client_with_key
from tests.factories.customers import make_customer, next_phone
from tests.worlds import World


def newcomer(name: str = "Ana Silva", phone: str = "") -> dict[str, Any]:
    return {"full_name": name, "phones": [{"value": phone or next_phone()}]}


def test_some_come_in_and_some_do_not(acme: World, globex: World) -> None:
    client = client_with_key(acme)
    taken, twice = next_phone(), next_phone()
    known = make_customer(acme.actor(), phone=taken)
    with globex.inside():
        strange = make_customer(globex.actor())
    gone = make_customer(acme.actor())
    delete_customer(actor=acme.actor(Role.MANAGER), customer_id=gone.pk, reason="test")
    answer = client.post(
        "customers/bulk",
        {
            "items": [
                newcomer("Ana Silva", twice),
                newcomer("Bo Ek", taken),
                newcomer("Cy Twombly", twice),
                {"full_name": "Di Prima"},
                {"id": str(known.pk), "version": 1, "city": "Perth", "birthday": "1980-01-01"},
                {"id": str(known.pk), "version": 1, "city": "Bonn"},
                {"id": str(strange.pk), "version": 1, "city": "Perth"},
                {"id": MISSING, "version": 1, "city": "Perth"},
                {"id": str(gone.pk), "version": 2, "city": "Perth"},
                {"full_name": 5},
                "nobody",
                {"id": str(known.pk), "city": "Perth"},
                {"full_name": "Ed Ruscha", "phones": [{"value": "0412"}], "nmae": 1},
            ]
        },
    )
    assert answer.status_code == 200
    data = body_of(answer)
    assert (data["created"], data["updated"], data["failed"]) == (1, 1, 11)
    results = data["results"]
    assert [one["index"] for one in results] == list(range(13))
    assert [one["status"] for one in results] == [
        201, 409, 409, 400, 200, 409, 404, 404, 409, 400, 400, 400, 400,
    ]  # fmt: skip
    codes = [one["problem"] and one["problem"]["code"] for one in results]
    assert codes == [
        None, "duplicate", "duplicate", "invalid", None, "twice", "not_found", "not_found",
        "deleted", "invalid", "invalid", "invalid", "invalid",
    ]  # fmt: skip
    assert results[1]["problem"]["customer_id"] == str(known.pk)
    assert results[2]["problem"]["customer_id"] == results[0]["id"]
    assert results[6]["problem"] == results[7]["problem"]
    assert results[11]["problem"]["errors"][0]["field"] == "version"
    made = Customer.objects.get(pk=results[0]["id"])
    assert (made.code, made.origin) == (results[0]["code"], "api")
    known.refresh_from_db()
    assert (known.city, known.version, results[4]["version"]) == ("Perth", 2, 2)
    assert ContactPoint.objects.get(customer=made).is_primary


def test_each_is_told_and_kept_in_the_trail(acme: World) -> None:
    client = client_with_key(acme)
    known = make_customer(acme.actor())
    before = OutboxEvent.objects.count()
    client.post(
        "customers/bulk",
        {
            "items": [
                newcomer(),
                newcomer("Bo Ek"),
                {"id": str(known.pk), "version": 1, "full_name": "New Name"},
            ]
        },
    )
    trail = AuditEvent.objects.filter(door="api", subject_type="customers.customer")
    assert sorted(trail.values_list("action", flat=True)) == [
        "customer.created", "customer.created", "customer.updated",
    ]  # fmt: skip
    edited = trail.get(action="customer.updated")
    assert edited.old["full_name"] == "Robin Okafor"
    assert edited.new["full_name"] == "New Name"
    assert OutboxEvent.objects.count() == before + 3


def test_a_stale_item_keeps_what_stands(acme: World) -> None:
    known = make_customer(acme.actor())
    Customer.objects.update(version=4)
    answer = client_with_key(acme).post(
        "customers/bulk", {"items": [{"id": str(known.pk), "version": 3, "city": "Perth"}]}
    )
    (result,) = body_of(answer)["results"]
    assert (result["problem"]["code"], result["problem"]["current_version"]) == (
        "stale_version",
        4,
    )
    known.refresh_from_db()
    assert known.city == ""


def test_a_hundred_cost_as_many_statements_as_one(acme: World) -> None:
    client = client_with_key(acme)
    spent = []
    for number in (1, 1, 60):
        known = [make_customer(acme.actor()) for _ in range(min(number, 20))]
        items = [newcomer(f"Ana Silva {index}") for index in range(number)]
        items += [{"id": str(one.pk), "version": 1, "city": "Perth"} for one in known]
        with CaptureQueriesContext(connection) as queries:
            data = body_of(client.post("customers/bulk", {"items": items}))
        assert data["failed"] == 0
        spent.append(len(queries))
    assert spent[1] == spent[2]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": {}}, "items"),
        ({"items": [{}] * 1001}, "items"),
        ({"items": [{}], "mode": "fast"}, "mode"),
    ],
    ids=["nothing", "empty", "no-list", "many", "unknown"],
)
def test_a_request_that_is_none(acme: World, body: Any, field: str) -> None:
    assert wrong_fields(client_with_key(acme).post("customers/bulk", body)) == {field}


def test_who_may(acme: World) -> None:
    reader = client_with_key(acme, ["customers:read"])
    assert refusal(reader.post("customers/bulk", {"items": [newcomer()]}))[0] == 403
    manager = client_of_staff(acme, Role.MANAGER)
    assert body_of(manager.post("customers/bulk", {"items": [newcomer()]}))["created"] == 1
