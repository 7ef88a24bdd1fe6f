"""Merges by the API: looking before, merging, the list, undoing."""

from typing import Any

from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Customer
from customers.models.merge import MergeOrigin
from customers.services.edit import edit_customer
from customers.services.notes import add_note
from tests.customers.api.answers import MISSING, body_of, refusal, wrong_fields
from tests.customers.merging.people import twins
from tests.factories.api_clients import client_of_staff, client_with_key
from tests.worlds import World


def test_merge_and_undo(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    ana, anna = twins(acme)
    add_note(actor=acme.actor(), customer_id=anna.pk, text="hers")
    both = [str(ana.pk), str(anna.pk)]
    preview = body_of(
        client.post("merges/preview", {"customer_ids": both, "survivor_id": str(ana.pk)})
    )
    assert preview["survivor_id"] == str(ana.pk)
    name = next(one for one in preview["fields_taken"] if one["name"] == "full_name")
    assert name["values"] == {str(ana.pk): "Ana Silva", str(anna.pk): "Anna Silva"}
    assert {"kind": "notes", "total": 1} in preview["moves"]
    merged = client.post(
        "merges",
        {
            "survivor_id": str(ana.pk),
            "merged_ids": [str(anna.pk)],
            "choices": {"full_name": str(anna.pk)},
            "versions": {one["id"]: one["version"] for one in preview["records"]},
            "reason": "one person",
        },
    )
    assert merged.status_code == 201
    merge = body_of(merged)
    assert (merge["origin"], merge["reason"]) == (MergeOrigin.SYSTEM, "one person")
    assert merge["survivor"]["full_name"] == "Anna Silva"
    assert [one["id"] for one in merge["merged"]] == [str(anna.pk)]
    read = body_of(client.get(f"customers/{anna.pk}"))
    assert (read["id"], read["merged_from"]) == (str(ana.pk), str(anna.pk))
    url = merged["Location"].removeprefix("/api/v1/")
    assert body_of(client.get(url)) == merge
    with django_assert_num_queries(9):
        (row,) = body_of(client.get("merges"))["results"]
    assert row == {name: value for name, value in merge.items() if name != "moves"}
    assert body_of(client.get("merges?state=undone"))["results"] == []
    look = body_of(client.get(f"{url}/undo-preview"))
    assert (look["exact"], look["changes"]) == (True, [])
    undone = body_of(client.post(f"{url}/undo", {"reason": "mother and daughter"}))
    assert (undone["state"], undone["undo_reason"]) == ("undone", "mother and daughter")
    assert body_of(client.get(f"customers/{anna.pk}"))["merged_from"] is None
    assert refusal(client.post(f"{url}/undo")) == (409, "undone")
    assert refusal(client.get(f"{url}/undo-preview")) == (409, "undone")
    assert AuditEvent.objects.filter(action="customer.unmerged", door="api").exists()


def test_what_was_seen_must_still_be_so(acme: World) -> None:
    client = client_with_key(acme)
    ana, anna = twins(acme)
    edit_customer(actor=acme.actor(), customer_id=anna.pk, version=1, changes={"city": "Perth"})
    body = {"survivor_id": str(ana.pk), "merged_ids": [str(anna.pk)], "versions": {str(anna.pk): 1}}
    assert refusal(client.post("merges", body)) == (409, "stale")
    assert Customer.objects.live().count() == 2


def test_refusals(acme: World, globex: World) -> None:
    ana, anna = twins(acme)
    with globex.inside():
        strange, _ = twins(globex)
    client = client_of_staff(acme, Role.MANAGER)
    ids = {"survivor_id": str(ana.pk), "merged_ids": [str(anna.pk)]}
    twice = {**ids, "merged_ids": [str(ana.pk)]}
    assert refusal(client.post("merges", twice)) == (400, "same")
    for other in (str(strange.pk), MISSING):
        assert refusal(client.post("merges", {**ids, "merged_ids": [other]})) == (404, "not_found")
    unknown = {**ids, "choices": {"shoe_size": str(ana.pk)}}
    assert wrong_fields(client.post("merges", unknown)) == {"shoe_size"}
    outside = {**ids, "choices": {"full_name": MISSING}}
    assert wrong_fields(client.post("merges", outside)) == {"full_name"}
    assert refusal(client.post("merges", {**ids, "solutions": {"x": "y"}})) == (
        400,
        "unknown_question",
    )
    for wrong, fields in (
        ({}, {"survivor_id", "merged_ids"}),
        ({**ids, "merged_ids": []}, {"merged_ids"}),
        ({**ids, "merged_ids": [5]}, {"merged_ids.0"}),
        ({**ids, "versions": {"x": 1}}, {"versions"}),
        ({**ids, "versions": {str(ana.pk): "1"}}, {f"versions.{ana.pk}"}),
        ({**ids, "force": True}, {"force"}),
    ):
        assert wrong_fields(client.post("merges", wrong)) == fields
    assert wrong_fields(client.post("merges/preview", {"customer_ids": [str(ana.pk)]})) == {
        "customer_ids"
    }
    assert wrong_fields(client.get("merges?state=half")) == {"state"}
    assert refusal(client_with_key(acme, ["duplicates:read"]).post("merges", ids)) == (
        403,
        "insufficient_scope",
    )
    merge = body_of(client.post("merges", ids))
    assert merge["origin"] == MergeOrigin.PERSON
    stranger = client_with_key(globex)
    for answer in (
        stranger.get(f"merges/{merge['id']}"),
        stranger.get(f"merges/{merge['id']}/undo-preview"),
        stranger.post(f"merges/{merge['id']}/undo"),
    ):
        assert refusal(answer) == (404, "not_found")
    assert body_of(stranger.get("merges"))["results"] == []
