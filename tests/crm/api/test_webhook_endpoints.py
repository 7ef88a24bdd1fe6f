"""Webhook endpoints by the REST API: set up, paused, their secrets, their log."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from crm.api.webhook_rows import EndpointWithSecret, MessageOut
from crm.models import IdempotentRequest, WebhookMessage
from tests.crm.webhooks.conftest import deliver, receiver  # noqa: F401 - a fixture
from tests.factories.api_clients import ApiClient, client_with_key
from tests.factories.customers import make_customer
from tests.webhook_receiver import Receiver
from tests.worlds import World

SCOPES = ["webhooks:write"]
NEW = {"name": "Our app", "url": "https://app.example.com/hooks", "event_types": ["lead.*"]}


def body_of(response: Any) -> Any:
    return json.loads(response.content)


def fields_of(response: Any) -> list[str]:
    assert response.status_code == 400, response.content
    return [error["field"] for error in body_of(response)["errors"]]


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, SCOPES)


def made(client: ApiClient, **values: Any) -> dict[str, Any]:
    response = client.post("webhook-endpoints", {**NEW, **values})
    assert response.status_code == 201, response.content
    told: dict[str, Any] = body_of(response)
    return told


def test_an_endpoint_is_made_changed_and_removed(client: ApiClient) -> None:
    told = made(client)
    assert told["secret"].startswith("whsec_")
    assert list(told) == list(EndpointWithSecret(told).data)
    path = f"webhook-endpoints/{told['id']}"
    shown = {name: value for name, value in told.items() if name != "secret"}
    assert body_of(client.get(path)) == shown
    assert body_of(client.get("webhook-endpoints"))["results"] == [shown]
    changed = client.patch(path, {"event_types": ["*"]})
    assert (changed.status_code, body_of(changed)["event_types"]) == (200, ["*"])
    taken = client.post("webhook-endpoints", NEW)
    assert (taken.status_code, body_of(taken)["code"]) == (409, "name_taken")
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert body_of(client.get("webhook-endpoints"))["results"] == []


def test_a_secret_is_shown_once_and_kept_nowhere(client: ApiClient) -> None:
    first = client.post("webhook-endpoints", NEW, Idempotency_Key="one")
    again = client.post("webhook-endpoints", NEW, Idempotency_Key="one")
    secret = body_of(first)["secret"]
    assert body_of(again) == {**body_of(first), "secret": None}
    path = f"webhook-endpoints/{body_of(first)['id']}/rotate-secret"
    rotated = client.post(path, {"overlap_hours": 2}, Idempotency_Key="two")
    assert rotated.status_code == 200
    told = body_of(rotated)
    assert told["secret"] not in (secret, None)
    assert told["previous_secret_until"] is not None
    kept = b"".join(bytes(row.body) for row in IdempotentRequest.objects.all())
    assert b"whsec_" not in kept
    at_once = body_of(client.post(path, {"overlap_hours": 0}))
    assert at_once["previous_secret_until"] is None


def test_an_endpoint_waits_and_goes_on(client: ApiClient) -> None:
    path = f"webhook-endpoints/{made(client)['id']}"
    assert body_of(client.post(f"{path}/pause"))["state"] == "paused"
    assert body_of(client.post(f"{path}/resume", {"skip_missed": True}))["state"] == "active"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"url": "http://app.example.com"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://user:word@app.example.com/"}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["lead.exploded"]}, "event_types"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_bad_endpoints(client: ApiClient, values: dict[str, Any], field: str) -> None:
    assert fields_of(client.post("webhook-endpoints", {**NEW, **values})) == [field]
    path = f"webhook-endpoints/{made(client)['id']}"
    assert fields_of(client.patch(path, values)) == [field]


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("pause", {"for": "ever"}, "for"),
        ("resume", {"skip_missed": 1}, "skip_missed"),
        ("rotate-secret", {"overlap_hours": -1}, "overlap_hours"),
        ("rotate-secret", {"overlap_hours": 169}, "overlap_hours"),
        ("replay", {}, "since"),
        ("replay", {"since": "2026-01-01T00:00"}, "since"),
        ("replay", {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "until"),
        ("test", {"type": "x"}, "type"),
    ],
)
def test_bad_steps(client: ApiClient, step: str, body: dict[str, Any], field: str) -> None:
    path = f"webhook-endpoints/{made(client)['id']}/{step}"
    assert fields_of(client.post(path, body)) == [field]


def test_the_log_and_sending_again(
    acme: World,
    client: ApiClient,
    receiver: Receiver,  # noqa: F811 - the fixture
) -> None:
    began = timezone.now()
    told = made(client, url=receiver.url, event_types=["customer.created"])
    path = f"webhook-endpoints/{told['id']}"
    tested = client.post(f"{path}/test")
    assert (tested.status_code, body_of(tested)["type"]) == (202, "test.ping")
    make_customer(acme.actor())
    endpoint = WebhookMessage.objects.get().endpoint
    deliver(endpoint)
    log = body_of(client.get(f"{path}/messages?state=delivered&limit=1"))
    rest = body_of(client.get(log["next"].partition("/api/v1/")[2]))
    messages = log["results"] + rest["results"]
    assert {message["type"] for message in messages} == {"test.ping", "customer.created"}
    assert list(messages[0]) == list(MessageOut(messages[0]).data)
    created = next(one for one in messages if one["type"] == "customer.created")
    assert (created["attempts"], created["last_status"]) == (1, 204)
    one = f"webhook-messages/{created['id']}"
    assert body_of(client.get(one)) == created
    again = client.post(f"{one}/replay")
    assert (again.status_code, body_of(again)["state"]) == (202, "waiting")
    deliver(endpoint)
    replayed = client.post(f"{path}/replay", {"since": began.isoformat()})
    assert (replayed.status_code, body_of(replayed)) == (202, {"messages": 1})
    deliver(endpoint)
    assert len(receiver.requests) == 4
    assert body_of(client.get(f"{path}/messages?state=failed"))["results"] == []
    assert client.get(f"{path}/messages?state=lost").status_code == 400


def test_a_stranger_and_nobody_get_the_same_answer(globex: World, client: ApiClient) -> None:
    endpoint_id = made(client)["id"]
    message_id = body_of(client.post(f"webhook-endpoints/{endpoint_id}/test"))["id"]
    stranger = client_with_key(globex, SCOPES)
    calls: list[tuple[str, str, str, Any]] = [
        ("get", "webhook-endpoints", "", None),
        ("patch", "webhook-endpoints", "", {"name": "Mine"}),
        ("delete", "webhook-endpoints", "", None),
        ("post", "webhook-endpoints", "/pause", {}),
        ("post", "webhook-endpoints", "/rotate-secret", {}),
        ("get", "webhook-endpoints", "/messages", None),
        ("post", "webhook-endpoints", "/test", {}),
        ("get", "webhook-messages", "", None),
        ("post", "webhook-messages", "/replay", {}),
    ]
    for method, kind, step, body in calls:
        real = endpoint_id if kind == "webhook-endpoints" else message_id
        call = getattr(stranger, method)
        foreign, missing = (
            call(f"{kind}/{one}{step}", *([] if body is None else [body]))
            for one in (real, uuid4())
        )
        assert (foreign.status_code, foreign.content) == (404, missing.content), step
    assert body_of(stranger.get("webhook-endpoints"))["results"] == []


def test_a_key_of_a_branch_is_refused(acme: World) -> None:
    limited = client_with_key(acme, SCOPES, branch_ids=[acme.north.pk])
    for response in (limited.get("webhook-endpoints"), limited.post("webhook-endpoints", NEW)):
        assert (response.status_code, body_of(response)["code"]) == (403, "branch_limited")


def test_reads_take_few_queries(client: ApiClient, django_assert_num_queries: Any) -> None:
    path = f"webhook-endpoints/{made(client)['id']}"
    # besides: savepoint, key and company, release; the test's own company, four
    with django_assert_num_queries(8):
        client.get("webhook-endpoints")
    with django_assert_num_queries(8):
        client.get(path)
    with django_assert_num_queries(9):  # the endpoint, its messages
        client.get(f"{path}/messages")
