"""Exports of everything a company owns: asked for, stopped, opened, and removed in the end.

The work itself is in `export_run`. Whoever offers exports (the pages, the API) calls these.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.claims import Claims
from crm.errors import Conflict, NotFound
from crm.models import ExportJob, ExportState
from crm.models.export_job import OPEN_EXPORTS
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action

TOPIC = "export.waiting"
KEPT = timedelta(days=7)
NEWEST = Ordering("newest", "created_at", descending=True)

export_claims = Claims(
    model=ExportJob,
    open_states=OPEN_EXPORTS,
    failed=ExportState.FAILED,
    # Above what it takes to hand a large file to the storage, during which nothing is saved.
    lease=timedelta(minutes=5),
    place="place",
)


@transaction.atomic
def start_export(*, actor: Actor) -> ExportJob:
    """Ask a worker for the zip of everything.

    Raises Conflict `export_running`, with `details['export_id']`, while another one is made.
    """
    actor.require(Action.EXPORT_EVERYTHING)
    try:
        with transaction.atomic():
            job = ExportJob.objects.create(company=actor.company, started_by=actor.name[:200])
    except IntegrityError:
        running = ExportJob.objects.filter(state__in=OPEN_EXPORTS).first()
        raise Conflict(
            "An export is being made already. Wait for it, or stop it.",
            code="export_running",
            details={"export_id": str(running.pk)} if running else {},
        ) from None
    audit.record(actor=actor, action="export.started", subject=job)
    outbox.publish(actor=actor, topic=TOPIC, payload={"export_id": job.pk})
    return job


@transaction.atomic
def stop_export(*, actor: Actor, export_id: UUID) -> ExportJob:
    """Let the worker stop; nothing is kept. Raises Conflict `not_running`, NotFound."""
    actor.require(Action.EXPORT_EVERYTHING)
    job = ExportJob.objects.select_for_update(no_key=True).filter(pk=export_id).first()
    if job is None:
        raise NotFound
    if job.state not in OPEN_EXPORTS:
        raise Conflict("This export is not running.", code="not_running")
    job.cancel_requested = True
    if job.state == ExportState.WAITING:
        job.state, job.finished_at = ExportState.CANCELLED, timezone.now()
    job.save(update_fields=["state", "cancel_requested", "finished_at", "updated_at"])
    audit.record(actor=actor, action="export.stopped", subject=job)
    return job


def list_exports(*, actor: Actor, cursor: str = "", size: int = PAGE_SIZE) -> Page[ExportJob]:
    """The exports, newest first. Raises InvalidInput for a damaged cursor."""
    actor.require(Action.EXPORT_EVERYTHING)
    return paginate(ExportJob.objects.all(), ordering=NEWEST, cursor=cursor, size=size)


def get_export(*, actor: Actor, export_id: UUID) -> ExportJob:
    """One export and how far it is. Raises NotFound."""
    actor.require(Action.EXPORT_EVERYTHING)
    job = ExportJob.objects.filter(pk=export_id).first()
    if job is None:
        raise NotFound
    return job


@transaction.atomic
def open_export(*, actor: Actor, export_id: UUID) -> tuple[ExportJob, IO[bytes]]:
    """The file, open for reading; that somebody takes it is audited.

    Raises NotFound, and Conflict `no_file` while there is none, or none any more.
    """
    job = get_export(actor=actor, export_id=export_id)
    if not job.stored_as or (job.expires_at and job.expires_at <= timezone.now()):
        raise Conflict(
            "This export has no file, or none any more. Start a new one.", code="no_file"
        )
    try:
        file = default_storage.open(job.stored_as, "rb")
    except FileNotFoundError:
        raise Conflict(
            "The file of this export is gone. Start a new one.", code="no_file"
        ) from None
    audit.record(actor=actor, action="export.downloaded", subject=job, new=facts_of(job))
    return job, file


@transaction.atomic
def remove_expired_files(*, actor: Actor) -> int:
    """Remove the files whose time is over; returns how many."""
    actor.require(Action.EXPORT_EVERYTHING)
    rows = ExportJob.objects.exclude(stored_as="").filter(expires_at__lte=timezone.now())
    expired = list(rows.select_for_update(no_key=True).order_by("pk")[:100])
    for job in expired:
        default_storage.delete(job.stored_as)
        job.state, job.stored_as = ExportState.EXPIRED, ""
        job.save(update_fields=["state", "stored_as", "updated_at"])
        audit.record(actor=actor, action="export.expired", subject=job)
    return len(expired)


@transaction.atomic
def remove_lost_files(*, actor: Actor) -> int:
    """Remove files that a dying worker left behind, of jobs that know nothing of them."""
    actor.require(Action.EXPORT_EVERYTHING)
    folder = folder_of(actor.company.pk)
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    if ExportJob.objects.filter(state__in=OPEN_EXPORTS).exists():
        return 0  # one of them may be in the making
    known = set(ExportJob.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    lost = [name for name in names if f"{folder}/{name}" not in known]
    for name in lost:
        default_storage.delete(f"{folder}/{name}")
    return len(lost)


def folder_of(company_id: int) -> str:
    """Where the files of a company lie in the storage."""
    return f"exports/{company_id}"


def facts_of(job: ExportJob) -> Mapping[str, Any]:
    """What the audit trail keeps of an export."""
    return {"rows": job.rows_done, "bytes": job.file_bytes}
