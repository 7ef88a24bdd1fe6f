"""Exports as jobs by the REST API."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from crm.api.export_views import ExportOut
from crm.models import AuditEvent
from crm.roles import Role
from crm.services.export_run import run_export
from tests.factories.api_clients import ApiClient, client_of_staff, client_with_key
from tests.factories.customers import make_customer
from tests.worlds import World

SCOPES = ["exports:write"]


def body_of(response: Any) -> Any:
    return json.loads(response.content)


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, SCOPES)


@pytest.fixture
def storage(tmp_path: Path, settings: Any) -> Path:
    """Files of exports go where pytest tidies up."""
    default = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path


@pytest.mark.usefixtures("storage")
def test_an_export_is_started_watched_and_fetched(acme: World, client: ApiClient) -> None:
    make_customer(acme.actor(), name="Ana Souza")
    started = client.post("exports")
    assert started.status_code == 202, started.content
    job = body_of(started)
    assert (job["state"], job["file"]) == ("waiting", None)
    path = started["Location"].partition("/api/v1/")[2]
    none_yet = client.get(f"{path}/file")
    assert (none_yet.status_code, body_of(none_yet)["code"]) == (409, "no_file")
    second = client.post("exports", {})
    assert (second.status_code, body_of(second)["export_id"]) == (409, job["id"])
    run_export(company_id=acme.company.pk, export_id=job["id"])
    done = body_of(client.get(path))
    assert (done["state"], done["rows_done"]) == ("done", done["rows_total"])
    assert list(done) == list(ExportOut(done).data)
    assert body_of(client.get("exports"))["results"] == [done]
    fetched = client.get(done["file"].partition("/api/v1/")[2], Accept="application/zip")
    assert fetched["Content-Type"] == "application/zip"
    content = b"".join(fetched.streaming_content)
    assert len(content) == done["file_bytes"]
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert any(name.endswith("customers.csv") for name in opened.namelist())
    assert AuditEvent.objects.filter(action="export.downloaded").count() == 1


def test_an_export_is_stopped(client: ApiClient) -> None:
    job = body_of(client.post("exports"))
    stopped = client.post(f"exports/{job['id']}/stop")
    assert (stopped.status_code, body_of(stopped)["state"]) == (200, "cancelled")
    again = client.post(f"exports/{job['id']}/stop", {})
    assert (again.status_code, body_of(again)["code"]) == (409, "not_running")


def test_bad_values(client: ApiClient) -> None:
    assert client.post("exports", {"what": "all"}).status_code == 400
    assert client.get("exports?limit=0").status_code == 400
    assert client.get(f"exports/{uuid4()}/file", Accept="text/html").status_code == 406


def test_a_stranger_and_nobody_get_the_same_answer(
    globex: World, acme: World, client: ApiClient
) -> None:
    job = body_of(client.post("exports"))
    stranger = client_with_key(globex, SCOPES)
    for method, path in (("get", ""), ("get", "/file"), ("post", "/stop")):
        call = getattr(stranger, method)
        foreign, missing = (call(f"exports/{one}{path}") for one in (job["id"], uuid4()))
        assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert body_of(stranger.get("exports"))["results"] == []


def test_who_may_not(acme: World, client: ApiClient) -> None:
    job = body_of(client.post("exports"))
    paths = ("exports", f"exports/{job['id']}", f"exports/{job['id']}/file")
    limited = client_with_key(acme, SCOPES, branch_ids=[acme.north.pk])
    other = client_with_key(acme, ["customers:read"])
    mine = client_of_staff(acme, Role.MANAGER)
    for who, code in (
        (limited, "branch_limited"),
        (other, "insufficient_scope"),
        (mine, "forbidden"),
    ):
        answers = [who.get(path) for path in paths]
        answers += [who.post("exports"), who.post(f"exports/{job['id']}/stop")]
        assert {(one.status_code, body_of(one)["code"]) for one in answers} == {(403, code)}


def test_reads_take_one_query_of_their_own(
    client: ApiClient, django_assert_num_queries: Any
) -> None:
    job = body_of(client.post("exports"))
    # besides: savepoint, key and company, release; the test's own company, four
    with django_assert_num_queries(8):
        client.get("exports")
    with django_assert_num_queries(8):
        client.get(f"exports/{job['id']}")
