"""Who is it? The search box, phone numbers, codes and hashes."""

from typing import Any
from urllib.parse import quote

import pytest

from crm.roles import Role
from customers.services.removal import delete_customer
from leads.models import Lead, LeadSource
from tests.customers.api.answers import body_of, refusal, wrong_fields
from tests.factories.api_clients import client_of_staff, client_with_key
from tests.factories.candidates import pretend_merged
from tests.factories.customers import make_customer, next_phone
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World


def by_phone(client: Any, text: str) -> Any:
    return client.get(f"customers/by-phone?phone={quote(text)}")


def test_by_phone_tells_the_customer_and_all_leads(
    acme: World, django_assert_num_queries: Any
) -> None:
    phone = next_phone()
    customer = make_customer(acme.actor(), name="Ana Silva", phone=phone)
    system = acme.system()
    source = LeadSource.objects.get(name="Phone")
    ours = make_lead(
        system, branch=acme.south, customer=customer, source_id=source.pk, interest="Model 3",
        owner_id=None,
    )  # fmt: skip
    waiting = make_legacy_lead(acme.north, phone=phone, typed="an old way", name="A. Silva")
    client = client_with_key(acme)
    by_phone(client, phone)
    with django_assert_num_queries(9):  # holders and leads, beside the seven around
        answer = by_phone(client, f"0{phone[3:]}")
    data = body_of(answer)
    assert data["normalizedPhone"] == phone
    assert data["customer"] == body_of(client.get(f"customers/{customer.pk}"))
    assert {row["id"] for row in data["leads"]} == {str(ours.pk), str(waiting.pk)}
    lead = next(row for row in data["leads"] if row["id"] == str(ours.pk))
    assert set(lead) == {
        "id", "name", "phone", "status", "branch_id", "branch_name", "source_id", "source_name",
        "rm_member_id", "model", "variant", "location", "created_at",
    }  # fmt: skip
    assert (lead["branch_name"], lead["source_name"]) == ("South", "Phone")
    assert (lead["model"], lead["status"]) == ("Model 3", "new")


def test_an_unknown_number_is_no_error(acme: World, globex: World) -> None:
    phone = next_phone()
    with globex.inside():
        make_customer(globex.actor(), phone=phone)
        make_legacy_lead(globex.north, phone=phone)
    assert body_of(by_phone(client_with_key(acme), phone)) == {
        "normalizedPhone": phone, "customer": None, "candidates": [], "leads": [],
    }  # fmt: skip


def test_a_plus_that_was_not_encoded_is_one(acme: World) -> None:
    customer = make_customer(acme.actor())
    number = customer.contact_points.get().value
    found = body_of(client_with_key(acme).get(f"customers/by-phone?phone={number}"))
    assert found["customer"]["id"] == str(customer.pk)


def test_a_shared_number_is_nobodys_alone(acme: World) -> None:
    phone = next_phone()
    one = make_customer(acme.actor(), name="Ana", phone=phone)
    other = make_customer(acme.actor(), name="Bo", phone=phone, share=True)
    client = client_with_key(acme)
    data = body_of(by_phone(client, phone))
    assert data["customer"] is None
    assert {row["id"] for row in data["candidates"]} == {str(one.pk), str(other.pk)}
    # The one who is left still shares it, as far as anybody knows.
    delete_customer(actor=acme.actor(Role.MANAGER), customer_id=other.pk, reason="test")
    assert body_of(by_phone(client, phone))["customer"] is None


def test_a_key_of_one_branch_sees_its_leads(acme: World) -> None:
    customer = make_customer(acme.actor())
    phone = customer.contact_points.get().value
    for branch in (acme.north, acme.south):
        make_lead(acme.system(), branch=branch, customer=customer)
    limited = client_with_key(acme, branch_ids=[acme.north.pk])
    assert [row["branch_name"] for row in body_of(by_phone(limited, phone))["leads"]] == ["North"]
    hits = body_of(limited.get(f"customers/search?q={quote(phone)}"))["results"]
    assert [lead["branch"] for lead in hits[0]["open_leads"]] == ["North"]
    titles = {
        row["title"].partition("· ")[2]
        for row in body_of(limited.get(f"customers/{customer.pk}/timeline?kinds=lead"))["results"]
    }
    assert titles == {"North"}


@pytest.mark.parametrize(
    "text", ["", "ab", "041234567", "1" * 300, "\x00", "call me maybe", "+0000000000"]
)
def test_what_is_no_number_is_said_so(acme: World, text: str) -> None:
    response = by_phone(client_with_key(acme), text)
    assert response.status_code == 400
    if "\x00" not in text:
        assert wrong_fields(response) == {"phone"}


def test_leads_need_their_scope(acme: World) -> None:
    customer = make_customer(acme.actor(), name="Ana Silva")
    make_lead(acme.system(), branch=acme.north, customer=customer)
    phone = next_phone()
    make_legacy_lead(acme.north, phone=phone, name="Ana Silvestre")
    client = client_with_key(acme, ["customers:read"])
    assert refusal(by_phone(client, phone)) == (403, "insufficient_scope")
    (hit,) = body_of(client.get("customers/search?q=ana"))["results"]
    assert (hit["id"], hit["open_leads"]) == (str(customer.pk), [])
    assert len(body_of(client_with_key(acme).get("customers/search?q=ana"))["results"]) == 2
    kinds = {
        row["kind"] for row in body_of(client.get(f"customers/{customer.pk}/timeline"))["results"]
    }
    assert kinds == {"edit", "stage"}


def test_the_search_says_why(acme: World, globex: World, django_assert_num_queries: Any) -> None:
    with globex.inside():
        make_customer(globex.actor(), name="Ana Silva")
    customer = make_customer(acme.actor(), name="Ana Silva", email="ana@example.com")
    lead = make_lead(acme.system(), branch=acme.north, customer=customer)
    client = client_with_key(acme)
    client.get("customers/search?q=an")
    with django_assert_num_queries(11):  # matches, customers, points, leads, beside the seven
        data = body_of(client.get("customers/search?q=silva"))
    (hit,) = data["results"]
    assert (data["form"], hit["matched_by"], hit["id"]) == ("name", "name", str(customer.pk))
    assert hit["open_leads"] == [
        {"id": str(lead.pk), "branch": "North", "owner": "", "status": "new"}
    ]
    by_mail = body_of(client.get("customers/search?q=ana@ex"))["results"]
    assert (by_mail[0]["matched_by"], by_mail[0]["matched"]) == ("email", "ana@example.com")
    assert body_of(client.get("customers/search?q=s"))["form"] == "nothing"
    assert wrong_fields(client.get("customers/search")) == {"q"}
    assert wrong_fields(client.get("customers/search?q=" + "x" * 201)) == {"q"}


def test_by_code_and_hash(acme: World, globex: World, django_assert_num_queries: Any) -> None:
    one, other = (make_customer(acme.actor(), name=name) for name in ("Ana Silva", "Bo Ek"))
    client = client_with_key(acme)
    etag = client.get(f"customers/{one.pk}")["ETag"]
    for path in (f"by-code/{one.code}", f"by-hash/{one.stable_hash_id}"):
        with django_assert_num_queries(8):
            found = client.get(f"customers/{path}?expand=tags")
        assert (body_of(found)["id"], body_of(found)["tags"]) == (str(one.pk), [])
        assert client.get(f"customers/{path}", If_None_Match=etag).status_code == 304
    pretend_merged(one, other)
    merged = body_of(client.get(f"customers/by-hash/{one.stable_hash_id}"))
    assert (merged["id"], merged["merged_from"]) == (str(other.pk), str(one.pk))
    assert refusal(client.get(f"customers/by-code/{one.code}?strict=true")) == (410, "merged")
    stranger = client_with_key(globex)
    answers = [
        stranger.get(path)
        for path in (
            f"customers/by-hash/{other.stable_hash_id}",
            f"customers/by-hash/{'0' * 32}",
            f"customers/by-code/{other.code}",
            "customers/by-code/CUS-999999",
        )
    ]
    assert {refusal(answer) for answer in answers} == {(404, "not_found")}
    assert len({answer.content for answer in answers}) == 1


def test_staff_find_at_every_branch(acme: World) -> None:
    customer = make_customer(acme.actor())
    make_lead(acme.system(), branch=acme.south, customer=customer)
    phone = customer.contact_points.get().value
    data = body_of(by_phone(client_of_staff(acme, Role.MANAGER), phone))
    assert [row["id"] for row in data["leads"]] == [str(Lead.objects.get().pk)]
