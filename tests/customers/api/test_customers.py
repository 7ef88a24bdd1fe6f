"""Customers by the API: one of them, adding, changing, deleting, restoring."""

from typing import Any
from uuid import UUID

import pytest

from crm.models import AuditEvent
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.models.customer import Origin
from customers.services.contact_points import add_contact_point
from customers.services.merge import merge_customers
from customers.services.removal import delete_customer
from tests.customers.api.answers import MISSING, body_of, refusal, wrong_fields
from tests.factories.api_clients import client_of_staff, client_with_key
from tests.factories.candidates import pretend_merged
from tests.factories.customers import make_customer, next_phone
from tests.factories.scanned import scan
from tests.worlds import World

# savepoint, key and company, release; and the test's own company, twice
AROUND = 7


def test_add_and_read(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    phone = next_phone()
    made = client.post(
        "customers",
        {
            "full_name": "Ana Silva",
            "phones": [{"value": phone, "label": "mobile"}],
            "emails": [{"value": "Ana@Example.com"}],
            "birthday": "1990-05-17",
            "city": "Sydney",
        },
    )
    assert made.status_code == 201
    data = body_of(made)
    assert (data["phone"], data["email"], data["birthday"]) == (
        phone,
        "ana@example.com",
        "1990-05-17",
    )
    assert (data["origin"], data["state"], data["version"]) == ("api", "active", 1)
    assert Customer.objects.get(pk=data["id"]).origin == Origin.API
    assert AuditEvent.objects.get(action="customer.created").door == "api"
    with django_assert_num_queries(AROUND + 1):
        read = client.get(made["Location"].removeprefix("/api/v1/"))
    assert body_of(read) == data
    assert read["ETag"] == made["ETag"]


def test_fields_and_expand_are_closed_lists(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    customer = make_customer(acme.actor(), email="x@example.com")
    url = f"customers/{customer.pk}"
    client.get(url)
    with django_assert_num_queries(AROUND + 1):
        read = client.get(
            f"{url}?fields=full_name&expand=contact_points,tags,consent,profile_links,household"
        )
    data = body_of(read)
    assert set(data) == {
        "id", "version", "merged_from", "full_name",
        "contact_points", "tags", "consent", "profile_links", "household",
    }  # fmt: skip
    assert [point["kind"] for point in data["contact_points"]] == ["phone", "email"]
    assert wrong_fields(client.get(f"{url}?fields=secret")) == {"fields"}
    assert wrong_fields(client.get(f"{url}?expand=leads")) == {"expand"}
    assert wrong_fields(client.get(f"{url}?strict=maybe")) == {"strict"}


def test_304_is_said_of_the_same_only(acme: World) -> None:
    client = client_with_key(acme)
    customer = make_customer(acme.actor())
    url = f"customers/{customer.pk}"
    etag = client.get(url)["ETag"]
    unchanged = client.get(url, If_None_Match=etag)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    add_contact_point(actor=acme.actor(), customer_id=customer.pk, kind="email", text="n@e.example")
    changed = client.get(url, If_None_Match=etag)
    assert (changed.status_code, body_of(changed)["email"]) == (200, "n@e.example")
    # A new e-mail is no reason to refuse a new name.
    assert client.patch(url, {"city": "Perth"}, If_Match=etag).status_code == 200


def test_a_merged_id_answers_with_the_survivor(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    one, other, third = (make_customer(acme.actor(), name=name) for name in ("A B", "C D", "E F"))
    pretend_merged(one, other)
    pretend_merged(other, third)
    with django_assert_num_queries(AROUND + 2 + 1):  # and the first use of the key is noted
        data = body_of(client.get(f"customers/{one.pk}"))
    assert (data["id"], data["merged_from"]) == (str(third.pk), str(one.pk))
    gone = client.get(f"customers/{one.pk}?strict=true")
    assert refusal(gone) == (410, "merged")
    assert gone["Link"] == f'</api/v1/customers/{third.pk}>; rel="successor-version"'
    assert body_of(client.get(f"customers/{third.pk}?strict=true"))["merged_from"] is None
    assert refusal(client.patch(f"customers/{one.pk}", {"city": "x"}, If_Match='"v1"')) == (
        409,
        "merged",
    )


def test_duplicates_are_named(acme: World) -> None:
    client = client_with_key(acme)
    phone = next_phone()
    known = make_customer(acme.actor(), phone=phone, email="ana@example.com")
    new = {"full_name": "Bo Ek", "phones": [{"value": next_phone()}, {"value": phone}]}
    refused = client.post("customers", new)
    assert refusal(refused) == (409, "duplicate")
    told = body_of(refused)
    assert (told["customer_id"], told["field"]) == (str(known.pk), "phones.1.value")
    assert told["errors"][0]["field"] == "phones.1.value"
    shared = client.post("customers", {**new, "share_numbers": True})
    assert shared.status_code == 201
    assert ContactPoint.objects.get(customer=known, value=phone).is_shared


def test_somebody_alike_is_named_and_added_all_the_same(acme: World) -> None:
    client = client_with_key(acme)
    known = make_customer(
        acme.system(), name="William Harrowgate", birthday="1984-03-05", city="Ashby"
    )
    make_customer(acme.system(), name="Sarah Quill", city="Ashby")
    scan(acme)
    new = {
        "full_name": "Bill Harrowgate",
        "birthday": "1984-03-05",
        "city": "Ashby",
        "phones": [{"value": next_phone()}],
    }
    refused = client.post("customers", new)
    assert refusal(refused) == (409, "maybe_here")
    (alike,) = body_of(refused)["alike"]
    assert alike["customer_id"] == str(known.pk)
    assert alike["bits"] > 0
    assert alike["words"]
    assert client.post("customers", {**new, "create_anyway": True}).status_code == 201


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"full_name"}),
        ({"full_name": 7}, {"full_name"}),
        ({"full_name": "Ana", "nmae": "x", "id": MISSING}, {"nmae", "id"}),
        ({"full_name": "Ana"}, {"phones.0.value"}),
        (
            {"full_name": "Ana", "phones": [{"value": "12"}, {"value": "x"}]},
            {"phones.0.value", "phones.1.value"},
        ),
        ({"full_name": "Ana", "phones": "0412345678"}, {"phones"}),
        (
            {"full_name": "Ana", "phones": [{"value": "0412345678", "is_primary": True}]},
            {"phones.0.is_primary"},
        ),
        ({"full_name": "Ana", "emails": [{"value": "a@b@c"}]}, {"emails.0.value"}),
        ({"full_name": "Ana", "birthday": "31.12.1990"}, {"birthday"}),
        (
            {"full_name": "Ana", "birthday": "2999-01-01", "phones": [{"value": "0412345678"}]},
            {"birthday"},
        ),
        ({"full_name": "Ana", "city": "x" * 121}, {"city"}),
        ({"full_name": "Ana", "create_anyway": "yes"}, {"create_anyway"}),
        ({"full_name": "Ana", "preferred_contact": "pigeon"}, {"preferred_contact"}),
        ({"full_name": "Ana", "branch_id": 5}, {"branch_id"}),
        ([], {""}),
    ],
    ids=[
        "nothing", "number", "unknown", "no-contact", "bad-phones", "no-list", "unknown-deep",
        "bad-email", "date-form", "future", "long", "word", "choice", "id", "list",
    ],
)  # fmt: skip
def test_wrong_values_are_named(acme: World, body: Any, fields: set[str]) -> None:
    assert wrong_fields(client_with_key(acme).post("customers", body)) == fields


def test_another_companys_branch_is_unknown(acme: World, globex: World) -> None:
    body = {
        "full_name": "Ana", "phones": [{"value": next_phone()}], "branch_id": str(globex.north.pk),
    }  # fmt: skip
    assert wrong_fields(client_with_key(acme).post("customers", body)) == {"branch_id"}


def test_nobody_overwrites_what_they_have_not_seen(acme: World) -> None:
    client = client_with_key(acme)
    customer = make_customer(acme.actor())
    url = f"customers/{customer.pk}"
    first = client.get(url)["ETag"]
    changed = client.patch(url, {"city": "Perth", "reason": "moved"}, If_Match=first)
    assert (changed.status_code, body_of(changed)["city"]) == (200, "Perth")
    assert AuditEvent.objects.get(action="customer.updated").reason == "moved"
    assert refusal(client.patch(url, {"city": "Bonn"}, If_Match=first)) == (412, "stale_version")
    # Also when it would change nothing: who sends it has not seen what stands there.
    assert refusal(client.patch(url, {"city": "Perth"}, If_Match=first))[0] == 412
    assert refusal(client.patch(url, {"city": "Bonn"})) == (428, "precondition_required")
    assert refusal(client.patch(url, {"city": "Bonn"}, If_Match="*"))[0] == 400
    assert wrong_fields(client.patch(url, {"phone": "x"}, If_Match=changed["ETag"])) == {"phone"}
    assert wrong_fields(client.patch(url, {"full_name": ""}, If_Match=changed["ETag"])) == {
        "full_name"
    }
    cleared = client.patch(url, {"city": "", "birthday": None}, If_Match=changed["ETag"])
    assert body_of(cleared)["city"] == ""


def test_delete_and_restore(acme: World) -> None:
    client = client_with_key(acme)
    customer = make_customer(acme.actor())
    url = f"customers/{customer.pk}"
    assert refusal(client.delete(url, {"reason": "asked"}))[0] == 428
    assert refusal(client.delete(url, {"reason": "asked"}, If_Match='"v9"'))[0] == 412
    assert Customer.objects.live().filter(pk=customer.pk).exists()
    assert wrong_fields(client.delete(url, {}, If_Match='"v1"')) == {"reason"}
    assert client.delete(url, {"reason": "asked"}, If_Match='"v1"').status_code == 204
    assert body_of(client.get(url))["state"] == "deleted"
    assert refusal(client_with_key(acme, ["customers:read"]).get(url)) == (404, "not_found")
    number = customer.contact_points.get().value
    make_customer(acme.actor(), name="Next Owner", phone=number)
    restored = body_of(client_with_key(acme, ["customers:delete"]).post(f"{url}/restore"))
    assert (restored["version"], restored["now_shared"]) == (3, [number])
    assert refusal(client.post(f"{url}/restore")) == (409, "not_deleted")


def test_roles_stay_narrow(acme: World) -> None:
    client = client_of_staff(acme, Role.MANAGER)
    customer = make_customer(acme.actor())
    deleted = client.delete(f"customers/{customer.pk}", {"reason": "x"}, If_Match='"v1"')
    assert deleted.status_code == 204
    reader = client_of_staff(acme, Role.MANAGER, ["customers:read"])
    assert refusal(reader.post("customers", {"full_name": "A B"})) == (403, "insufficient_scope")


def test_two_requests_with_one_key_make_one_customer(acme: World) -> None:
    client = client_with_key(acme)
    new = {"full_name": "Ana Silva", "phones": [{"value": next_phone()}]}
    first, second = (client.post("customers", new, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert body_of(first) == body_of(second)
    assert Customer.objects.count() == 1


def test_merging_and_deleting_show_in_lists(acme: World) -> None:
    client = client_with_key(acme)
    one, other, gone = (make_customer(acme.actor(), name=name) for name in ("A B", "C D", "E F"))
    manager = acme.actor(Role.MANAGER)
    merge_customers(actor=manager, survivor_id=one.pk, others=[other.pk])
    delete_customer(actor=manager, customer_id=gone.pk, reason="test")

    def listed(query: str) -> set[UUID]:
        return {UUID(row["id"]) for row in body_of(client.get(f"customers{query}"))["results"]}

    assert listed("") == {one.pk}
    assert listed("?state=merged") == {other.pk}
    assert listed("?state=deleted") == {gone.pk}
    reader = client_with_key(acme, ["customers:read"])
    assert refusal(reader.get("customers?state=deleted")) == (403, "insufficient_scope")
