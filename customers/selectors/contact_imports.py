"""Files of customers and leads, what there is to see in them, and what became of their rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from crm.actors import Actor
from crm.errors import NotFound
from crm.models.file_import import ImportPhase
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.headers import Column
from customers.contact_files.rows import ContactRow
from customers.models import ContactImport, ContactImportProblem
from customers.services.contact_imports import open_kept

NEWEST = Ordering("newest", "created_at", descending=True)
SHOWN_PROBLEMS = 20
SHOWN_ROWS = 5


@dataclass(frozen=True)
class ContactOverview:
    """The columns (none for vCards), the first people as they would be read, and remarks."""

    columns: Sequence[Column]
    people: Sequence[ContactRow]
    remarks: Sequence[str]
    file_format: str


def list_imports(*, actor: Actor, cursor: str = "", size: int = PAGE_SIZE) -> Page[ContactImport]:
    """The imports, newest first. Raises InvalidInput for a damaged cursor."""
    actor.require(Action.IMPORT_CUSTOMERS)
    return paginate(_imports(), ordering=NEWEST, cursor=cursor, size=size)


def get_import(*, actor: Actor, import_id: UUID) -> ContactImport:
    """One import without the bytes of its file. Raises NotFound."""
    actor.require(Action.IMPORT_CUSTOMERS)
    found = _imports().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def overview_or_error(*, actor: Actor, one: ContactImport) -> tuple[ContactOverview | None, str]:
    """What there is to see in the kept file with its options, or why it cannot be read."""
    actor.require(Action.IMPORT_CUSTOMERS)
    people: list[ContactRow] = []
    try:
        contacts = open_kept(one, names_people=False)
        remarks = list(contacts.remarks)
        try:
            for row in contacts:
                people.append(row)
                if len(people) == SHOWN_ROWS:
                    break
        except UnreadableFile as error:
            remarks.append(error.message)
    except UnreadableFile as error:
        return None, error.message
    columns = contacts.header.columns if contacts.header else ()
    return ContactOverview(columns, people, remarks, contacts.file_format), ""


def first_problems(
    *, actor: Actor, one: ContactImport, phase: ImportPhase = ImportPhase.READING
) -> list[ContactImportProblem]:
    """The first few problems, by row."""
    actor.require(Action.IMPORT_CUSTOMERS)
    rows = ContactImportProblem.objects.filter(contact_import=one, phase=phase)
    return list(rows.order_by("row", "pk")[:SHOWN_PROBLEMS])


def each_problem(*, actor: Actor, one: ContactImport) -> Iterator[ContactImportProblem]:
    """Every problem of the import and of its undoing, as they came up; a piece at a time."""
    actor.require(Action.IMPORT_CUSTOMERS)
    last = 0
    rows = ContactImportProblem.objects.filter(contact_import=one).order_by("pk")
    while piece := list(rows.filter(pk__gt=last)[:1000]):
        yield from piece
        last = piece[-1].pk


def _imports() -> QuerySet[ContactImport]:
    return ContactImport.objects.defer("content")
