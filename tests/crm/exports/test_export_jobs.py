"""Exports as work: one at a time, stopped, taken up again, removed."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from crm.errors import Conflict, Forbidden, NotFound
from crm.models import ExportJob, ExportState
from crm.outbox import drain
from crm.roles import Role
from crm.services import export_run
from crm.services.export_run import run_export
from crm.services.exports import (
    get_export,
    list_exports,
    open_export,
    start_export,
    stop_export,
)
from crm.tasks import purge_exports, sweep_exports
from tests.crm.exports.everything import exported, opened
from tests.factories.customers import make_customer
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("storage")


def files(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


def test_one_at_a_time(acme: World, globex: World) -> None:
    admin = acme.actor(Role.ADMIN)
    job = start_export(actor=admin)
    with pytest.raises(Conflict) as refused:
        start_export(actor=admin)
    assert refused.value.code == "export_running"
    assert refused.value.details == {"export_id": str(job.pk)}
    with globex.inside():
        start_export(actor=globex.actor(Role.ADMIN))


def test_only_admins(acme: World) -> None:
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(Forbidden):
            start_export(actor=acme.actor(role))


def test_a_stranger_finds_nothing(acme: World, globex: World) -> None:
    job, _ = exported(acme)
    with globex.inside():
        stranger = globex.actor(Role.ADMIN)
        for service in (get_export, open_export, stop_export):
            with pytest.raises(NotFound):
                service(actor=stranger, export_id=job.pk)
        assert list_exports(actor=stranger).rows == []


def test_stopped_before_it_began(acme: World, storage: Path) -> None:
    admin = acme.actor(Role.ADMIN)
    job = stop_export(actor=admin, export_id=start_export(actor=admin).pk)
    assert run_export(company_id=acme.company.pk, export_id=job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.stored_as) == (ExportState.CANCELLED, "")
    with pytest.raises(Conflict, match="not running"):
        stop_export(actor=admin, export_id=job.pk)
    with pytest.raises(Conflict, match="no file"):
        open_export(actor=admin, export_id=job.pk)
    assert files(storage) == []


def test_stopped_in_the_middle(acme: World, storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_run, "HEARTBEAT_SECONDS", -1.0)
    admin = acme.actor(Role.ADMIN)
    job = start_export(actor=admin)
    told = export_run._tell

    def stop_soon(company_id: int, job: ExportJob, archive: export_run.Archive) -> None:
        if archive.rows_of["branches"]:
            stop_export(actor=admin, export_id=job.pk)
        told(company_id, job, archive)

    monkeypatch.setattr(export_run, "_tell", stop_soon)
    run_export(company_id=acme.company.pk, export_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.stored_as) == (ExportState.CANCELLED, "")
    assert 0 < job.rows_done < (job.rows_total or 0)
    assert files(storage) == []


def test_after_a_killed_worker_another_begins_anew(acme: World, storage: Path) -> None:
    make_customer(acme.actor())
    job = start_export(actor=acme.actor(Role.ADMIN))
    now = timezone.now()
    ExportJob.objects.filter(pk=job.pk).update(
        state=ExportState.RUNNING, claim=uuid4(), heartbeat_at=now, attempts=1, rows_done=7
    )
    assert sweep_exports() == 0  # it lives
    ExportJob.objects.filter(pk=job.pk).update(heartbeat_at=now - timedelta(minutes=6))
    assert sweep_exports() == 1
    job, file = open_export(actor=acme.actor(Role.ADMIN), export_id=job.pk)
    with file:
        assert "customers.csv" in opened([file.read()]).namelist()
    assert job.state == ExportState.DONE
    assert len(files(storage)) == 1


def test_work_that_dies_again_and_again_ends(acme: World) -> None:
    job = start_export(actor=acme.actor(Role.ADMIN))
    ExportJob.objects.filter(pk=job.pk).update(attempts=5)
    assert run_export(company_id=acme.company.pk, export_id=job.pk) is None
    job.refresh_from_db()
    assert job.state == ExportState.FAILED
    assert "five times" in job.error


def test_who_was_overtaken_leaves_no_file(
    acme: World, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start_export(actor=acme.actor(Role.ADMIN))
    save = default_storage.save

    def overtaken(name: str, content: object) -> str:
        ExportJob.objects.filter(pk=job.pk).update(claim=uuid4())
        return save(name, content)  # type: ignore[arg-type]

    monkeypatch.setattr(default_storage._wrapped, "save", overtaken)  # type: ignore[attr-defined]
    assert run_export(company_id=acme.company.pk, export_id=job.pk) is None
    job.refresh_from_db()
    assert job.state == ExportState.RUNNING
    assert files(storage) == []


def test_files_go_after_a_week_and_lost_ones_at_once(acme: World, storage: Path) -> None:
    admin = acme.actor(Role.ADMIN)
    job, _ = exported(acme)
    assert job.expires_at is not None
    assert timedelta(days=6) < job.expires_at - timezone.now() <= timedelta(days=7)
    lost = storage / "exports" / str(acme.company.pk) / "lost.zip"
    lost.write_bytes(b"")
    assert purge_exports() == 1
    assert files(storage) == [storage / job.stored_as]
    ExportJob.objects.filter(pk=job.pk).update(expires_at=timezone.now())
    with pytest.raises(Conflict, match="none any more"):
        open_export(actor=admin, export_id=job.pk)
    assert purge_exports() == 1
    job.refresh_from_db()
    assert (job.state, job.stored_as) == (ExportState.EXPIRED, "")
    assert files(storage) == []


def test_a_file_that_somebody_removed_is_told(acme: World, storage: Path) -> None:
    job, _ = exported(acme)
    (storage / job.stored_as).unlink()
    with pytest.raises(Conflict, match="gone"):
        open_export(actor=acme.actor(Role.ADMIN), export_id=job.pk)


def test_the_event_of_a_start_is_handled(committed: None, acme: World) -> None:
    with acme.inside():
        start_export(actor=acme.actor(Role.ADMIN))
    assert drain(acme.company.pk) >= 1
