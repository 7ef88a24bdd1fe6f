"""The work of an export: rows become a zip, and the zip a file in the storage.

A zip cannot be gone on with, so a worker that follows a dead one begins anew.
"""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from crm import audit
from crm.actors import Actor, Door, system_actor
from crm.claims import ClaimLost
from crm.exports.archive import Archive
from crm.exports.dataset_rows import Row, count_rows, pieces_of
from crm.exports.datasets import Dataset, datasets
from crm.models import Company, ExportJob, ExportState
from crm.services.exports import KEPT, export_claims, facts_of, folder_of
from crm.tenancy import use_company

HEARTBEAT_SECONDS = 2.0


class _Stopped(Exception):
    """Somebody asked for it to stop."""


def run_export(*, company_id: int, export_id: UUID) -> ExportJob | None:
    """Make the file of a waiting export; None when others are at it or took it over.

    Call it outside of a transaction.
    """
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
        job = export_claims.take(export_id)
        if job is None:
            return None
        total = sum(count_rows(dataset) for dataset in datasets())
        begun = {"state": ExportState.RUNNING, "rows_total": total, "rows_done": 0}
        export_claims.save(job, **begun, attempts=job.attempts)
    actor = system_actor(company, door=Door.TASK, name=f"{job.started_by[:150]} (export)")
    try:
        with tempfile.TemporaryFile() as file:
            _write(company, job, file)
            _keep(actor, job, file)
    except _Stopped:
        with use_company(company_id):
            _end(actor, job, ExportState.CANCELLED)
    except ClaimLost:
        return None
    return job


def _write(company: Company, job: ExportJob, file: IO[bytes]) -> None:
    def rows(dataset: Dataset) -> Iterator[list[Row]]:
        return pieces_of(dataset, company_id=company.pk)

    title = f"Everything that {company.name} owns in Switchboard, {datetime.now(tz=UTC):%Y-%m-%d}"
    archive = Archive(title=title, datasets=datasets(), rows=rows)
    told = time.monotonic()
    _tell(company.pk, job, archive)
    for part in archive.parts():
        file.write(part)
        if time.monotonic() - told > HEARTBEAT_SECONDS:
            _tell(company.pk, job, archive)
            told = time.monotonic()
    _tell(company.pk, job, archive)


def _tell(company_id: int, job: ExportJob, archive: Archive) -> None:
    """How far it is. Raises _Stopped when somebody asked for it, and ClaimLost."""
    with use_company(company_id):
        if ExportJob.objects.filter(pk=job.pk, cancel_requested=True).exists():
            raise _Stopped
        export_claims.save(
            job,
            rows_done=archive.rows_of.total(),
            rows_of=dict(archive.rows_of),
            attempts=job.attempts,  # to begin anew is no progress
        )


def _keep(actor: Actor, job: ExportJob, file: IO[bytes]) -> None:
    """Hand the file to the storage; it stays only if the job is still this worker's."""
    size = file.tell()
    file.seek(0)
    # The claim is in the name: a worker that was overtaken cannot remove its follower's file.
    name = f"{folder_of(actor.company.pk)}/{job.pk}-{job.claim}.zip"
    stored = default_storage.save(name, File(file, name="export.zip"))
    try:
        with use_company(actor.company.pk):
            until = timezone.now() + KEPT
            _end(actor, job, ExportState.DONE, stored_as=stored, file_bytes=size, expires_at=until)
    except BaseException:
        default_storage.delete(stored)
        raise


def _end(actor: Actor, job: ExportJob, state: ExportState, **values: Any) -> None:
    export_claims.save(job, state=state, finished_at=timezone.now(), **values)
    audit.record(actor=actor, action=f"export.{state}", subject=job, new=facts_of(job))
