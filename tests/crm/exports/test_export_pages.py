"""The page of exports."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import ExportJob, ExportState, StaffMember
from crm.roles import Role
from crm.services.export_run import run_export
from tests.crm.exports.everything import opened
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
pytestmark = pytest.mark.usefixtures("storage")


def test_an_admin_starts_one_watches_it_and_takes_the_file(acme: World, client_of: SignIn) -> None:
    admin = client_of(acme.staff[Role.ADMIN])
    page = reverse("exports:list")
    assert "No exports yet" in admin.get(page).content.decode()
    assert admin.post(reverse("exports:start")).status_code == 302
    job = ExportJob.objects.get()
    assert "Waiting for a worker" in admin.get(page).content.decode()
    progress = reverse("exports:progress", args=[job.pk])
    assert admin.get(progress).status_code == 302
    assert "HX-Refresh" not in admin.get(progress, headers={"HX-Request": "true"}).headers
    again = admin.post(reverse("exports:start"), follow=True)
    assert "being made already" in again.content.decode()
    run_export(company_id=acme.company.pk, export_id=job.pk)
    answer = admin.get(progress, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    download = reverse("exports:download", args=[job.pk])
    assert admin.get(download).status_code == 405
    taken = admin.post(download)
    assert taken.headers["Content-Type"] == "application/zip"
    parts = [bytes(part) for part in taken.streaming_content]  # type: ignore[attr-defined]
    assert "README.txt" in opened(parts).namelist()
    assert len(b"".join(parts)) == int(taken.headers["Content-Length"])


def test_stop(acme: World, client_of: SignIn) -> None:
    admin = client_of(acme.staff[Role.ADMIN])
    admin.post(reverse("exports:start"))
    job = ExportJob.objects.get()
    stop = reverse("exports:stop", args=[job.pk])
    assert "export stops" in admin.post(stop, follow=True).content.decode()
    assert "not running" in admin.post(stop, follow=True).content.decode()
    download = admin.post(reverse("exports:download", args=[job.pk]), follow=True)
    assert "has no file" in download.content.decode()
    job.refresh_from_db()
    assert job.state == ExportState.CANCELLED


def test_others_are_refused(acme: World, globex: World, client_of: SignIn) -> None:
    client_of(acme.staff[Role.ADMIN]).post(reverse("exports:start"))
    job = ExportJob.objects.get()
    manager = client_of(acme.staff[Role.MANAGER])
    assert manager.get(reverse("exports:list")).status_code == 403
    assert manager.post(reverse("exports:start")).status_code == 403
    stranger = client_of(globex.staff[Role.ADMIN])
    for name in ("stop", "download"):
        assert stranger.post(reverse(f"exports:{name}", args=[job.pk])).status_code == 404
    assert stranger.get(reverse("exports:progress", args=[job.pk])).status_code == 404
