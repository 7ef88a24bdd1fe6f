"""A POST sent again with its Idempotency-Key is answered as before and changes nothing."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from crm.models import ApiKey, IdempotentRequest
from customers.models import Customer
from tests.factories.api_clients import ApiClient, client_with_key
from tests.worlds import World

JANE = {"full_name": "Jane Smith", "phones": [{"value": "0412 345 678"}]}


def send(client: ApiClient, body: Any = JANE, key: str = "order-1", path: str = "customers") -> Any:
    return client.post(path, body, Idempotency_Key=key)


def test_the_second_answer_is_the_first(acme: World) -> None:
    client = client_with_key(acme)
    first, second = send(client), send(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert (second["Location"], second["ETag"]) == (first["Location"], first["ETag"])
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Customer.objects.count() == 1


def test_a_quoted_key_is_the_same_key(acme: World) -> None:
    client = client_with_key(acme)
    send(client)
    assert send(client, key='"order-1"')["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "path"),
    [({**JANE, "full_name": "Jane Jones"}, "customers"), (JANE, "leads")],
    ids=["other-body", "other-address"],
)
def test_another_request_needs_another_key(acme: World, body: Any, path: str) -> None:
    client = client_with_key(acme)
    send(client)
    answer = send(client, body, path=path)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Customer.objects.count() == 1


def test_each_api_key_has_its_own(acme: World) -> None:
    send(client_with_key(acme))
    answer = send(client_with_key(acme), {"full_name": "Ravi Mehta"})
    assert answer.status_code != 422
    assert "Idempotent-Replayed" not in answer


def test_a_refusal_is_said_again(acme: World) -> None:
    client = client_with_key(acme)
    wrong = {**JANE, "phones": [{"value": "123"}]}
    first, second = send(client, wrong), send(client, wrong)
    assert (first.status_code, second.status_code) == (400, 400)
    assert second.content == first.content
    assert second["Content-Type"] == "application/problem+json"


def test_a_day_later_the_key_is_free(acme: World) -> None:
    client = client_with_key(acme)
    send(client)
    past = timezone.now() - timedelta(hours=24, seconds=1)
    IdempotentRequest.objects.update(created_at=past)
    answer = send(client, {**JANE, "full_name": "Somebody Else", "phones": []})
    assert "Idempotent-Replayed" not in answer


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "naïve"])
def test_a_key_is_short_plain_text(acme: World, key: str) -> None:
    answer = send(client_with_key(acme), key=key)
    assert answer.status_code == 400


def test_a_scope_that_was_taken_away_is_asked_again(acme: World) -> None:
    client = client_with_key(acme)
    send(client)
    ApiKey.objects.update(scopes=["customers:read"])
    assert send(client).status_code == 403


def test_of_eight_at_once_one_creates(committed: None, acme: World) -> None:
    client = client_with_key(acme)
    start, answers = Barrier(8), []

    def ask() -> None:
        start.wait()
        answers.append(send(ApiClient(acme.company, client.token)))
        connections.close_all()

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    assert {answer.json().get("code") for answer in answers if answer.status_code == 409} <= {
        "in_progress"
    }
    fresh = [one for one in answers if one.status_code == 201 and "Idempotent-Replayed" not in one]
    assert len(fresh) == 1
    with acme.inside():
        assert Customer.objects.count() == 1
