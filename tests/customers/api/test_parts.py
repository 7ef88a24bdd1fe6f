"""What belongs to a customer: notes, tags, consent, stages, household, timeline."""

from typing import Any

import pytest

from crm.roles import Role
from customers.models import ConsentEvent, Note
from customers.services.households import link_household
from customers.services.notes import add_note
from customers.services.removal import delete_customer
from tests.customers.api.answers import body_of, refusal, wrong_fields
from tests.factories.api_clients import client_of_staff, client_with_key
from tests.factories.candidates import pretend_merged
from tests.factories.customers import make_customer
from tests.worlds import World


def results(response: Any) -> list[Any]:
    assert response.status_code == 200, response.content
    found: list[Any] = body_of(response)["results"]
    return found


def test_notes(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    url = f"customers/{make_customer(acme.actor()).pk}/notes"
    first = client.post(url, {"text": "Likes\nblue."})
    assert first.status_code == 201
    assert body_of(first)["author_name"].startswith("API key")
    client_of_staff(acme, Role.MANAGER).post(url, {"text": "Call back"})
    with django_assert_num_queries(9):
        listed = results(client.get(url))
    assert [row["text"] for row in listed] == ["Call back", "Likes\nblue."]
    assert listed[0]["author_id"] == str(acme.staff[Role.MANAGER].pk)
    page = body_of(client.get(f"{url}?limit=1"))
    assert [row["text"] for row in results(client.get(page["next"].partition("/api/v1/")[2]))] == [
        "Likes\nblue."
    ]
    assert wrong_fields(client.post(url, {"text": "  "})) == {"text"}
    assert wrong_fields(client.post(url, {"text": "x" * 4001})) == {"text"}
    assert wrong_fields(client.post(url, {"text": "x", "author": "me"})) == {"author"}


def test_tags(acme: World, globex: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    url = f"customers/{make_customer(acme.actor()).pk}/tags"
    set_now = client.put(url, {"tags": ["vip", "Press", "VIP"]})
    assert [row["name"] for row in results(set_now)] == ["Press", "vip"]
    client.put(url, {"tags": ["vip"]})
    with django_assert_num_queries(8):
        assert [row["name"] for row in results(client.get(url))] == ["vip"]
    with django_assert_num_queries(8):
        assert [row["name"] for row in results(client.get("tags"))] == ["Press", "vip"]
    assert results(client_with_key(globex).get("tags")) == []
    assert results(client.put(url, {"tags": []})) == []
    for wrong in ({}, {"tags": "vip"}, {"tags": [str(n) for n in range(51)]}):
        assert wrong_fields(client.put(url, wrong)) == {"tags"}
    assert wrong_fields(client.put(url, {"tags": ["x" * 61]})) == {"tags.0"}
    assert wrong_fields(client.put(url, {"tags": [7]})) == {"tags.0"}


def test_consent(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    customer = make_customer(acme.actor())
    ledger, now = (f"customers/{customer.pk}/{name}" for name in ("consent-events", "consent"))
    yes = client.post(ledger, {"channel": "email", "granted": True, "source": "checkout"})
    assert (yes.status_code, body_of(yes)["recorded"]) == (201, True)
    # A box left empty lowers nothing; a preference switch does.
    empty = {"channel": "email", "granted": False, "source": "checkout"}
    kept = client.post(ledger, empty)
    assert (kept.status_code, body_of(kept)) == (200, {"recorded": False, "event": None})
    client.post(ledger, {**empty, "explicit": True})
    with django_assert_num_queries(9):
        assert [row["granted"] for row in results(client.get(ledger))] == [False, True]
    with django_assert_num_queries(8):
        (standing,) = results(client.get(now))
    assert (standing["channel"], standing["granted"]) == ("email", False)
    assert ConsentEvent.objects.filter(customer=customer).count() == 2
    assert wrong_fields(client.post(ledger, {"channel": "fax"})) == {
        "channel", "granted", "source",
    }  # fmt: skip
    assert wrong_fields(client.post(ledger, {**empty, "granted": "no"})) == {"granted"}


def test_stages(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    url = f"customers/{make_customer(acme.actor()).pk}/stage-changes"
    moved = client.post(url, {"stage": "customer", "reason": "bought"})
    assert (moved.status_code, body_of(moved)["lifecycle_stage"]) == (200, "customer")
    client.post(url, {"stage": "customer"})
    with django_assert_num_queries(9):
        (change,) = results(client.get(url))
    assert (change["old_stage"], change["new_stage"]) == ("prospect", "customer")
    assert change["reason"] == "bought"
    assert wrong_fields(client.post(url, {"stage": "fan"})) == {"stage"}


def test_household(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    one, other, third = (make_customer(acme.actor(), name=name) for name in ("A A", "B B", "C C"))
    link_household(actor=acme.actor(Role.MANAGER), customer_ids=[one.pk, other.pk])
    client.get("tags")
    with django_assert_num_queries(8):
        (found,) = results(client.get(f"customers/{one.pk}/household"))
    assert found == {"id": str(other.pk), "code": other.code, "full_name": "B B"}
    assert results(client.get(f"customers/{third.pk}/household")) == []


def test_the_timeline_goes_on(acme: World) -> None:
    client = client_with_key(acme)
    customer = make_customer(acme.actor())
    for number in range(3):
        add_note(actor=acme.actor(), customer_id=customer.pk, text=f"note {number}")
    url = f"customers/{customer.pk}/timeline"
    seen, path = [], f"{url}?limit=2"
    while path:
        page = body_of(client.get(path))
        seen += [row["detail"] for row in page["results"]]
        path = (page["next"] or "").partition("/api/v1/")[2]
    assert seen[:3] == ["note 2", "note 1", "note 0"]
    assert len(seen) == 4
    assert [row["kind"] for row in results(client.get(f"{url}?kinds=note"))] == ["note"] * 3
    assert wrong_fields(client.get(f"{url}?kinds=gossip")) == {"kinds"}
    assert client.get(f"{url}?cursor=abc").status_code == 400


def test_the_timeline_costs_the_same_at_any_length(
    acme: World, django_assert_num_queries: Any
) -> None:
    client = client_with_key(acme)
    customer = make_customer(acme.actor())
    url = f"customers/{customer.pk}/timeline"
    client.get(url)
    # the customer, and one query a source or two, beside the seven around
    for _ in range(2):
        with django_assert_num_queries(17):
            client.get(url)
        for number in range(5):
            add_note(actor=acme.actor(), customer_id=customer.pk, text=f"note {number}")


@pytest.mark.parametrize(
    "part", ["notes", "tags", "consent", "consent-events", "stage-changes", "timeline", "household"]
)
def test_merged_and_deleted(acme: World, part: str) -> None:
    client = client_with_key(acme)
    one, other = make_customer(acme.actor(), name="A A"), make_customer(acme.actor(), name="B B")
    pretend_merged(one, other)
    add_note(actor=acme.actor(), customer_id=other.pk, text="kept")
    url = f"customers/{one.pk}/{part}"
    assert client.get(url).status_code == 200
    if part == "notes":
        assert [row["text"] for row in results(client.get(url))] == ["kept"]
        assert refusal(client.post(url, {"text": "new"})) == (409, "merged")
    delete_customer(actor=acme.actor(Role.MANAGER), customer_id=other.pk, reason="test")
    reader = client_with_key(acme, ["customers:read"])
    assert refusal(reader.get(url)) == (404, "not_found")
    assert Note.objects.count() == 1
