"""Files of orders: kept, started, stopped and gone on with. The work itself is in `import_run`."""

import hashlib
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.identifiers.text import clean_text
from crm.roles import Action
from crm.tabular.unreadable import UnreadableFile
from scoring.models import ImportState, OrderImport
from scoring.orders.layouts.reading import OrderFile
from scoring.services.import_options import ImportOptions, checked_options

LARGEST_FILE = 25 * 1024 * 1024
TOPIC = "orderimport.waiting"
_NEVER_RAN = (ImportState.NEW, ImportState.UNDONE)
_STOPPED = (ImportState.CANCELLED, ImportState.FAILED)
_UNDOABLE = (ImportState.DONE, *_STOPPED)


@transaction.atomic
def keep_file(*, actor: Actor, file_name: str, content: bytes) -> OrderImport:
    """Keep the bytes of a file before anybody reads them; `error` says when they are no such file.

    Raises InvalidInput for a file over 25 MB and for one without a byte.
    """
    actor.require(Action.IMPORT_ORDERS)
    if len(content) > LARGEST_FILE:
        raise InvalidInput.field("file", "The file is larger than 25 MB. Export fewer orders.")
    if not content:
        raise InvalidInput.field("file", "The file is empty. Export it again.")
    order_import = OrderImport(
        company=actor.company,
        file_name=clean_text(file_name)[-255:] or "orders.csv",
        content=content,
        content_digest=hashlib.sha256(content).hexdigest(),
    )
    try:
        order_import.layout = OrderFile(content).layout.name
    except UnreadableFile as error:
        order_import.error = error.message[:500]
    order_import.save(force_insert=True)
    audit.record(
        actor=actor,
        action="orderimport.kept",
        subject=order_import,
        new={"content_digest": order_import.content_digest, "layout": order_import.layout},
    )
    return order_import


@transaction.atomic
def start_import(
    *,
    actor: Actor,
    import_id: UUID,
    options: ImportOptions,
    layout: str = "",
    again: bool = False,
) -> OrderImport:
    """Let a worker import a kept file.

    Raises InvalidInput when the file or an option is wrong, Conflict `already_imported` when the
    same bytes were imported before (and `again` does not say to do it anyway), Conflict
    `not_new` when it has been started, NotFound.
    """
    actor.require(Action.IMPORT_ORDERS)
    order_import = _locked(import_id)
    if order_import.state != ImportState.NEW:
        raise Conflict("This import has been started already.", code="not_new")
    content = bytes(order_import.content)
    try:
        file = OrderFile(content, layout=layout)
        overview = file.overview()
    except UnreadableFile as error:
        raise InvalidInput(error.message, code=error.code) from error
    order_import.options = checked_options(options, company=actor.company, overview=overview)
    earlier = imported_before(order_import)
    if earlier is not None and not again:
        raise Conflict(
            "This file has been imported before. Say that it shall be imported again.",
            code="already_imported",
            details={"import_id": str(earlier.pk)},
        )
    order_import.layout = file.layout.name
    order_import.rows_total = overview.rows
    order_import.error = ""
    order_import.started_by = actor.name[:200]
    order_import.started_at = timezone.now()
    _hand_over(actor, order_import, ImportState.WAITING, "orderimport.started")
    return order_import


def imported_before(order_import: OrderImport) -> OrderImport | None:
    """The newest import of the same bytes that was started and not undone."""
    return (
        OrderImport.objects.defer("content")
        .filter(content_digest=order_import.content_digest)
        .exclude(pk=order_import.pk)
        .exclude(state__in=_NEVER_RAN)
        .order_by("-started_at")
        .first()
    )


@transaction.atomic
def cancel_import(*, actor: Actor, import_id: UUID) -> OrderImport:
    """Stop an import after its present batch; what is imported stays. Raises Conflict, NotFound."""
    actor.require(Action.IMPORT_ORDERS)
    order_import = _locked(import_id)
    if order_import.state == ImportState.WAITING:
        order_import.state = ImportState.CANCELLED
        order_import.finished_at = timezone.now()
    elif order_import.state != ImportState.RUNNING:
        raise Conflict("This import is not running.", code="not_running")
    order_import.cancel_requested = True
    order_import.save(update_fields=["state", "cancel_requested", "finished_at", "updated_at"])
    audit.record(actor=actor, action="orderimport.cancelled", subject=order_import)
    return order_import


@transaction.atomic
def resume_import(*, actor: Actor, import_id: UUID) -> OrderImport:
    """Go on after the last row that was imported. Raises Conflict, NotFound."""
    actor.require(Action.IMPORT_ORDERS)
    order_import = _locked(import_id)
    if order_import.state not in _STOPPED:
        raise Conflict("Only a stopped import can go on.", code="not_stopped")
    if order_import.undo_done or order_import.rows_total is None:
        raise Conflict("This import cannot go on. Import the file again.", code="not_stopped")
    _hand_over(actor, order_import, ImportState.WAITING, "orderimport.resumed")
    return order_import


@transaction.atomic
def undo_import(*, actor: Actor, import_id: UUID) -> OrderImport:
    """Take back what an import did, as far as nothing newer stands upon it. A worker does it.

    Raises Conflict while the import runs, has not run, or is undone; NotFound.
    """
    actor.require(Action.IMPORT_ORDERS)
    order_import = _locked(import_id)
    if order_import.state not in _UNDOABLE:
        raise Conflict("Only an import that has ended can be undone.", code="not_ended")
    order_import.undo_cursor = None
    order_import.undo_done = 0
    order_import.undo_report = {"asked_by": actor.name[:200]}
    _hand_over(actor, order_import, ImportState.UNDOING, "orderimport.undo_started")
    return order_import


def _hand_over(actor: Actor, order_import: OrderImport, state: ImportState, action: str) -> None:
    """Leave the import to the workers, with no claim of an earlier one."""
    order_import.state = state
    order_import.cancel_requested = False
    order_import.claim = None
    order_import.attempts = 0
    order_import.heartbeat_at = None
    order_import.finished_at = None
    order_import.error = ""
    order_import.save()
    audit.record(
        actor=actor, action=action, subject=order_import, new={"options": order_import.options}
    )
    outbox.publish(actor=actor, topic=TOPIC, payload={"import_id": order_import.pk})


def _locked(import_id: UUID) -> OrderImport:
    order_import = OrderImport.objects.select_for_update(no_key=True).filter(pk=import_id).first()
    if order_import is None:
        raise NotFound
    return order_import
