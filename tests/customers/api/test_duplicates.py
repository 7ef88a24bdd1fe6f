"""Likely duplicates by the API: the queue, one pair, deciding."""

from typing import Any

import pytest

from crm.roles import Role
from customers.models import MatchDecision
from tests.customers.api.answers import body_of, refusal, wrong_fields
from tests.factories.api_clients import client_of_staff, client_with_key
from tests.factories.candidates import make_pair
from tests.worlds import World


def test_the_queue_shows_why(acme: World, globex: World, django_assert_num_queries: Any) -> None:
    likely, sure = make_pair(acme, bits=6.0), make_pair(acme, bits=12.0)
    with globex.inside():
        make_pair(globex)
    client = client_with_key(acme)
    client.get("duplicates")
    with django_assert_num_queries(12):
        rows = body_of(client.get("duplicates"))["results"]
    assert [row["id"] for row in rows] == [str(sure.pk), str(likely.pk)]
    assert rows[0]["probability"] > 0.99
    assert rows[0]["evidence"][0] == {
        "field": "phone", "bits": 14.0, "words": "same private phone",
    }  # fmt: skip
    assert rows[0]["left"]["id"] == str(sure.left_id)
    assert len(rows[0]["left"]["phones"]) == 1
    assert body_of(client.get(f"duplicates/{sure.pk}")) == rows[0]
    assert len(body_of(client.get("duplicates?confidence=likely"))["results"]) == 1
    assert body_of(client.get("duplicates?state=later"))["results"] == []
    assert len(body_of(client.get("duplicates?limit=1"))["results"]) == 1


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        ("not_duplicate", "dismissed"),
        ("household", "household"),
        ("same", "open"),
        ("later", "later"),
    ],
)
def test_each_decision(acme: World, verdict: str, state: str) -> None:
    pair = make_pair(acme)
    answer = client_with_key(acme).post(
        f"duplicates/{pair.pk}/decision", {"verdict": verdict, "reason": "asked them"}
    )
    assert answer.status_code == 200
    data = body_of(answer)
    assert data["state"] == state
    if verdict == "later":
        assert data["verdict"] is None
        assert not MatchDecision.objects.exists()
    else:
        assert (data["verdict"]["verdict"], data["verdict"]["reason"]) == (verdict, "asked them")
    if verdict == "household":
        assert data["left"]["household_id"] == data["right"]["household_id"] is not None


def test_who_may_and_what_is_wrong(acme: World, globex: World) -> None:
    pair = make_pair(acme)
    url = f"duplicates/{pair.pk}"
    reader = client_with_key(acme, ["duplicates:read"])
    assert reader.get(url).status_code == 200
    decision = {"verdict": "not_duplicate"}
    assert refusal(reader.post(f"{url}/decision", decision)) == (403, "insufficient_scope")
    stranger = client_with_key(globex)
    assert refusal(stranger.get(url)) == (404, "not_found")
    assert refusal(stranger.post(f"{url}/decision", decision)) == (404, "not_found")
    client = client_of_staff(acme, Role.MANAGER)
    assert wrong_fields(client.post(f"{url}/decision", {"verdict": "twins"})) == {"verdict"}
    assert wrong_fields(client.post(f"{url}/decision", {**decision, "why": 1})) == {"why"}
    for query, field in (
        ("state=open2", "state"),
        ("relation=friend", "relation"),
        ("confidence=high", "confidence"),
        ("has_profile_link=perhaps", "has_profile_link"),
        ("found_since=monday", "found_since"),
        ("bits=1", "bits"),
    ):
        assert wrong_fields(client.get(f"duplicates?{query}")) == {field}
    assert client.post(f"{url}/decision", decision).status_code == 200
    assert refusal(client.post(f"{url}/decision", {"verdict": "later"})) == (409, "decided")
