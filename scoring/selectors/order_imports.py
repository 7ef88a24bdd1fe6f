"""Files of orders and what became of them."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from crm.actors import Actor
from crm.errors import NotFound
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from crm.tabular.unreadable import UnreadableFile
from scoring.models import ImportPhase, OrderImport, OrderImportProblem
from scoring.orders.layouts.reading import OrderFile, Overview

NEWEST = Ordering("newest", "created_at", descending=True)
SHOWN_PROBLEMS = 20


def list_imports(*, actor: Actor, cursor: str = "", size: int = PAGE_SIZE) -> Page[OrderImport]:
    """The imports, newest first. Raises InvalidInput for a damaged cursor."""
    actor.require(Action.IMPORT_ORDERS)
    return paginate(_imports(), ordering=NEWEST, cursor=cursor, size=size)


def get_import(*, actor: Actor, import_id: UUID) -> OrderImport:
    """One import without the bytes of its file. Raises NotFound."""
    actor.require(Action.IMPORT_ORDERS)
    found = _imports().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def overview_of(*, actor: Actor, order_import: OrderImport, layout: str = "") -> Overview:
    """What there is to see in the kept file. Raises UnreadableFile."""
    actor.require(Action.IMPORT_ORDERS)
    content = OrderImport.objects.values_list("content", flat=True).get(pk=order_import.pk)
    return OrderFile(bytes(content), layout=layout).overview()


def overview_or_error(
    *, actor: Actor, order_import: OrderImport, layout: str = ""
) -> tuple[Overview | None, str]:
    """The overview, or why the file cannot be read."""
    try:
        return overview_of(actor=actor, order_import=order_import, layout=layout), ""
    except UnreadableFile as error:
        return None, error.message


def first_problems(
    *, actor: Actor, order_import: OrderImport, phase: ImportPhase = ImportPhase.READING
) -> list[OrderImportProblem]:
    """The first few problems, by row."""
    return list(_problems(actor, order_import, phase)[:SHOWN_PROBLEMS])


def each_problem(*, actor: Actor, order_import: OrderImport) -> Iterator[OrderImportProblem]:
    """Every problem of the import and of its undoing, as they came up; a piece at a time."""
    actor.require(Action.IMPORT_ORDERS)
    last = 0
    rows = OrderImportProblem.objects.filter(order_import=order_import).order_by("pk")
    while piece := list(rows.filter(pk__gt=last)[:1000]):
        yield from piece
        last = piece[-1].pk


def _imports() -> QuerySet[OrderImport]:
    return OrderImport.objects.defer("content")


def _problems(
    actor: Actor, order_import: OrderImport, phase: ImportPhase
) -> QuerySet[OrderImportProblem]:
    actor.require(Action.IMPORT_ORDERS)
    return OrderImportProblem.objects.filter(order_import=order_import, phase=phase).order_by(
        "row", "pk"
    )
