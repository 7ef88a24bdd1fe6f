"""Files of orders: kept, started, stopped and gone on with. The work itself is in `import_run`."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.models.file_import import ImportState
from crm.roles import Action
from crm.services.file_imports import ImportDesk
from crm.tabular.unreadable import UnreadableFile
from scoring.models import OrderImport
from scoring.orders.layouts.reading import OrderFile
from scoring.services.import_options import ImportOptions, checked_options

TOPIC = "orderimport.waiting"
desk = ImportDesk(model=OrderImport, action=Action.IMPORT_ORDERS, noun="orderimport", topic=TOPIC)
cancel_import = desk.cancel
resume_import = desk.resume
undo_import = desk.undo
imported_before = desk.imported_before


@transaction.atomic
def keep_file(*, actor: Actor, file_name: str, content: bytes) -> OrderImport:
    """Keep the bytes of a file before anybody reads them; `error` says when they are no such file.

    Raises InvalidInput for a file over 25 MB and for one without a byte.
    """
    order_import = desk.kept(
        actor=actor, file_name=file_name, content=content, otherwise="orders.csv"
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
    order_import = desk.locked(import_id)
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
    desk.hand_over(actor, order_import, ImportState.WAITING, "started")
    return order_import
