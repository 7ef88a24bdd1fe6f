"""What a batch did to each customer, kept so that the import can be taken back."""

from collections.abc import Iterator
from uuid import UUID

from crm.actors import Actor
from crm.audit import plain
from customers.models import ContactImport, ContactImportChange, CustomerTag
from customers.services.contact_import.book import Book, Person


def record_changes(actor: Actor, one: ContactImport, book: Book) -> None:
    """One row for each customer that the batch made, changed, or whose number it marked shared."""
    tags = _tag_rows(book)
    ContactImportChange.objects.bulk_create(
        ContactImportChange(
            company=actor.company,
            contact_import=one,
            customer_id=person.customer.pk,
            is_new=person.is_new,
            before=plain({} if person.is_new else person.old),
            after=plain({} if person.is_new else person.new),
            added=plain({name: ids for name, ids in _added(person, book, tags) if ids}),
        )
        for person in book.people.values()
        if person.is_new or person.is_changed or _marked(person, book)
    )


def _added(
    person: Person, book: Book, tags: dict[tuple[UUID, str], int]
) -> Iterator[tuple[str, list[object]]]:
    yield "points", [point.pk for point in person.new_points]
    yield "notes", [note.pk for note in person.written_notes]
    named = ((person.customer.pk, name.lower()) for name in person.new_tags)
    yield "tags", [tags[key] for key in named if key in tags]
    yield "shared", list(_marked(person, book))


def _marked(person: Person, book: Book) -> list[object]:
    """Rows of the person, there before, that identify nobody alone since this batch."""
    new = {point.pk for point in person.new_points}
    return [
        point.pk
        for point in book.shared_now.values()
        if point.customer_id == person.customer.pk and point.pk not in new
    ]


def _tag_rows(book: Book) -> dict[tuple[UUID, str], int]:
    ids = [person.customer.pk for person in book.people.values() if person.new_tags]
    if not ids:
        return {}
    rows = CustomerTag.objects.filter(customer_id__in=ids)
    return {
        (customer_id, name.lower()): pk
        for pk, customer_id, name in rows.values_list("pk", "customer_id", "tag__name")
    }
