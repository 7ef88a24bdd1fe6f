"""What holds for every endpoint, tried on the plainest one."""

import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from crm.api import company_views
from crm.api.views import Deprecation
from crm.models import ApiKey, AuditEvent
from crm.roles import Role
from crm.services.api_keys import revoke_key, rotate_key
from tests.factories.api_clients import ALL_SCOPES, client_of_staff, client_with_key
from tests.worlds import World

PROBLEM = "application/problem+json"


def body_of(response: Any) -> Any:
    return json.loads(response.content)


def test_a_key_reads_its_own_company(acme: World, globex: World) -> None:
    names = [
        [row["name"] for row in body_of(client_with_key(world).get("branches"))["results"]]
        for world in (acme, globex)
    ]
    ids = [
        {row["id"] for row in body_of(client_with_key(world).get("branches"))["results"]}
        for world in (acme, globex)
    ]
    assert names[0] == ["North", "South"]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Basic YTpi", "Bearer sbk_00000000_nothing", "Bearer " + "x" * 5000],
    ids=["none", "empty", "other-kind", "unknown", "huge"],
)
def test_without_a_valid_key_nothing_is_told(acme: World, header: str) -> None:
    response = Client().get("/api/v1/branches", headers={"Authorization": header} if header else {})
    assert response.status_code == 401
    assert response["Content-Type"] == PROBLEM
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_scope_is_needed(acme: World) -> None:
    response = client_with_key(acme, ["leads:read"]).get("branches")
    assert response.status_code == 403
    assert body_of(response)["code"] == "insufficient_scope"
    assert 'error="insufficient_scope"' in response["WWW-Authenticate"]


def test_a_revoked_key_is_dead_at_once_and_a_rotated_one_later(acme: World) -> None:
    client = client_with_key(acme)
    admin = acme.actor(Role.ADMIN)
    old = ApiKey.objects.get()
    _, token = rotate_key(actor=admin, key_id=old.pk)
    assert client.get("branches").status_code == 200
    revoke_key(actor=admin, key_id=old.pk)
    assert client.get("branches").status_code == 401
    client.token = token
    assert client.get("branches").status_code == 200
    assert AuditEvent.objects.filter(action__startswith="apikey.").count() == 4
    assert token not in json.dumps(list(AuditEvent.objects.values_list("new", flat=True)))


def test_a_session_of_a_browser_counts_for_nothing(acme: World) -> None:
    client = Client()
    client.force_login(acme.staff[Role.ADMIN].user)
    assert client.get("/api/v1/branches").status_code == 401


def test_a_token_of_staff_acts_within_role_and_scopes(acme: World) -> None:
    assert client_of_staff(acme, Role.MANAGER).get("staff").status_code == 200
    manager = client_of_staff(acme, Role.MANAGER, ["staff:read"])
    assert len(body_of(manager.get("staff"))["results"]) == 9


def test_unknown_parameters_are_named(acme: World) -> None:
    response = client_with_key(acme).get("branches?nmae=x&limit=3")
    assert response.status_code == 400
    assert [error["field"] for error in body_of(response)["errors"]] == ["nmae"]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1e9", "٣", "99999999999999999999"])
def test_a_page_has_a_size_within_bounds(acme: World, limit: str) -> None:
    response = client_with_key(acme).get(f"branches?limit={limit}")
    assert response.status_code == 400
    assert body_of(response)["errors"][0]["field"] == "limit"


def test_pages_are_linked(acme: World) -> None:
    client = client_with_key(acme)
    first = client.get("branches?limit=1")
    assert 'rel="next"' in first["Link"]
    url = body_of(first)["next"]
    second = client.get(url.partition("/api/v1/")[2])
    assert [row["name"] for row in body_of(second)["results"]] == ["South"]
    assert 'rel="prev"' in second["Link"]


def test_a_tampered_cursor_is_refused(acme: World) -> None:
    response = client_with_key(acme).get("branches?cursor=abc")
    assert (response.status_code, body_of(response)["code"]) == (400, "bad_cursor")


def test_what_is_no_address_is_a_problem_document(acme: World) -> None:
    for client in (client_with_key(acme), Client()):
        path = "nowhere" if client is not Client else ""
        response = client.get(path) if not isinstance(client, Client) else client.get("/api/v9/x")
        assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)


def test_nul_in_an_address_is_a_problem_document(acme: World) -> None:
    response = client_with_key(acme).get("branches?limit=%00")
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)


def test_other_methods_and_other_formats_are_told_so(acme: World) -> None:
    client = client_with_key(acme)
    assert client.delete("branches").status_code == 405
    assert client.get("branches", Accept="text/html").status_code == 406


def test_every_key_has_its_limit(acme: World) -> None:
    client = client_with_key(acme)
    ApiKey.objects.update(requests_per_minute=1)
    answers = [client.get("branches") for _ in range(3)]
    assert 429 in [answer.status_code for answer in answers]
    last = next(answer for answer in answers if answer.status_code == 429)
    assert int(last["Retry-After"]) >= 1
    assert last["RateLimit"].startswith('"minute";r=0;t=')
    assert last["RateLimit-Policy"] == '"minute";q=1;w=60'


def test_a_body_has_a_largest_size(acme: World) -> None:
    body = {"full_name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    for headers in ({}, {"Idempotency_Key": "large"}):
        answer = client_with_key(acme).post("customers", body, **headers)
        assert (answer.status_code, body_of(answer)["code"]) == (413, "too_large")


def test_another_form_of_body_is_refused(acme: World) -> None:
    client = client_with_key(acme)
    answer = Client().post(
        "/api/v1/customers", {"full_name": "x"}, headers={"Authorization": f"Bearer {client.token}"}
    )
    assert (answer.status_code, body_of(answer)["code"]) == (415, "unsupported_media_type")


def test_a_deprecated_endpoint_says_since_when_and_until_when(acme: World) -> None:
    class Old(company_views.Branches):
        deprecation = Deprecation(since=date(2026, 5, 1), sunset=date(2026, 12, 1))

    client = client_with_key(acme)
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {client.token}"})
    answer = Old.as_view()(request)
    assert answer["Deprecation"] == "@1777593600"
    assert answer["Sunset"] == "Tue, 01 Dec 2026 00:00:00 GMT"
    assert "Deprecation" not in client.get("branches")


def test_a_read_takes_two_queries(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    client.get("branches")  # the first use is noted
    # savepoint, key and company, rows, release; and the test's own company, twice
    with django_assert_num_queries(8):
        client.get("branches")


def test_all_scopes_have_words() -> None:
    from crm.scopes import SCOPES, WORDS

    assert set(SCOPES) == set(WORDS) == set(ALL_SCOPES)
