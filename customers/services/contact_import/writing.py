"""A planned batch, written: a handful of statements for hundreds of people."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from customers.models import Customer, CustomerTag, ExternalIdentity, Note
from customers.models.contact_point import ContactKind
from customers.services.contact_import.book import Book, Person
from customers.services.new_customer import ValueTaken, next_codes, write_points
from customers.services.sharing import mark_shared
from customers.services.tags import tags_of_names

FILLED_FIELDS = (
    "full_name",
    "given_name",
    "family_name",
    "name_is_placeholder",
    "address_line",
    "city",
    "postcode",
    "country",
    "birthday",
)


def write(book: Book, *, actor: Actor) -> None:
    """Write all that was planned. Raises ValueTaken; call it inside a savepoint."""
    created = [person for person in book.people.values() if person.is_new]
    updated = [person for person in book.people.values() if not person.is_new and person.is_changed]
    _write_created(created)
    _write_updated(updated)
    _write_points(book, [*created, *updated], actor)
    _write_notes([*created, *updated], actor)
    _write_tags([*created, *updated], actor)
    _write_identities(book, actor)
    _tell(created, updated, actor)


def _write_created(created: Sequence[Person]) -> None:
    for person, code in zip(created, next_codes(len(created)), strict=True):
        person.customer.code = code
    Customer.objects.bulk_create([person.customer for person in created])


def _write_updated(updated: Sequence[Person]) -> None:
    now = timezone.now()
    changed = [person.customer for person in updated if person.new]
    for customer in changed:
        customer.version += 1
        customer.updated_at = now
    if changed:
        Customer.objects.bulk_update(changed, [*FILLED_FIELDS, "version", "updated_at"])


def _write_points(book: Book, people: Sequence[Person], actor: Actor) -> None:
    new = [point for person in people for point in person.new_points]
    new_ids = {point.pk for point in new}
    for point in new:
        point.is_shared = book.is_shared(point)
    others = [point for pk, point in book.shared_now.items() if pk not in new_ids]
    mark_shared(actor=actor, points=others)
    write_points(new)


def _write_identities(book: Book, actor: Actor) -> None:
    new = [
        ExternalIdentity(
            company=actor.company,
            customer=person.customer,
            system=system,
            external_id=external_id,
        )
        for person in book.people.values()
        for system, external_id in person.new_identities
    ]
    if not new:
        return
    ExternalIdentity.objects.bulk_create(
        sorted(new, key=lambda one: (one.system, one.external_id)), ignore_conflicts=True
    )
    if ExternalIdentity.objects.filter(pk__in=[one.pk for one in new]).count() != len(new):
        raise ValueTaken


def _write_notes(people: Sequence[Person], actor: Actor) -> None:
    for person in people:
        person.written_notes = [
            Note(
                company=actor.company,
                customer=person.customer,
                text=text,
                author=actor.staff,
                author_name=actor.name,
            )
            for text in person.new_notes
        ]
    Note.objects.bulk_create(note for person in people for note in person.written_notes)


def _write_tags(people: Sequence[Person], actor: Actor) -> None:
    names = {name.lower(): name for person in people for name in reversed(person.new_tags)}
    tags = {tag.name.lower(): tag for tag in tags_of_names(actor, names.values())}
    CustomerTag.objects.bulk_create(
        [
            CustomerTag(company=actor.company, customer=person.customer, tag=tags[name.lower()])
            for person in people
            for name in person.new_tags
            if name.lower() in tags
        ],
        ignore_conflicts=True,
    )


def _tell(created: Sequence[Person], updated: Sequence[Person], actor: Actor) -> None:
    """The trail and the outbox, one event a person."""
    audit.record_many(
        actor=actor,
        action="customer.created",
        subjects={person.customer: _facts(person, with_fields=True) for person in created},
    )
    audit.record_many(
        actor=actor,
        action="customer.updated",
        subjects={
            person.customer: {**person.new, **_facts(person, with_fields=False)}
            for person in updated
        },
        old={person.customer: person.old for person in updated},
    )
    outbox.publish_many(
        actor=actor,
        events=[
            *(("customer.created", {"customer_id": person.customer.pk}) for person in created),
            *(
                (_topic(person), {"customer_id": person.customer.pk, "changed": _changed(person)})
                for person in updated
            ),
        ],
    )


def _changed(person: Person) -> list[str]:
    notes = ["notes"] if person.new_notes else []
    return sorted([*person.new, *_facts(person, with_fields=False), *notes])


def _topic(person: Person) -> str:
    has_phone = any(point.kind == ContactKind.PHONE for point in person.new_points)
    return "customer.phone_added" if has_phone else "customer.updated"


def _facts(person: Person, *, with_fields: bool) -> dict[str, Any]:
    customer = person.customer
    names = (*FILLED_FIELDS, "origin", "code") if with_fields else ()
    facts = {name: getattr(customer, name) for name in names if getattr(customer, name)}
    for name, kind in (("phones", ContactKind.PHONE), ("emails", ContactKind.EMAIL)):
        if values := [point.value for point in person.new_points if point.kind == kind]:
            facts[name] = values
    if person.new_tags:
        facts["tags"] = person.new_tags
    return facts
