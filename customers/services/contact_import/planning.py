"""Whose row is it? The decision for each row of a contact file, entered into the book.

A phone or e-mail of the row that is somebody's already means that person, if the names agree. A
clearly different name on the same number is a relative or a colleague: they get a record of their
own, the number is marked shared at both, and the row is reported as doubtful. Values of different
people in one row are a contradiction: the row is left out and reported.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from crm.actors import Actor
from customers.models import ContactPoint, Customer
from customers.models.customer import Origin
from customers.services.contact_import.book import Book, Person
from customers.services.contact_import.reading import Incoming
from customers.services.contact_import.report import RowOutcome
from customers.services.contact_import.same_name import Likeness, likeness

SEVERAL = "Several customers have this phone or e-mail, and the row does not say which one it is."
CONTRADICTION = "The phones and e-mails of this row are of different customers."
SHARED = (
    "Somebody with another name has this phone or e-mail too. Both are kept, and it is marked "
    "shared."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row, and why where a person should know."""

    outcome: RowOutcome
    was_entered: bool
    doubt: str = ""
    column: str = ""
    sort: str = "doubtful"  # of the doubt
    person: Person | None = None


def plan_row(
    book: Book, row: Incoming, actor: Actor, *, is_here: Callable[[Incoming], str] | None = None
) -> Verdict:
    """Decide for a row, and enter into the book what it will change.

    `is_here` is asked before somebody new is made; where it gives a reason to believe that they are
    here already, the row is doubtful and left out.
    """
    if row.is_lost:
        return Verdict(RowOutcome.BAD, was_entered=False)
    person, doubt = _whose(book, row)
    if doubt:
        return Verdict(RowOutcome.DOUBTFUL, was_entered=False, doubt=doubt)
    outcome = RowOutcome.UNCHANGED
    if person is None:
        if row.identity in book.by_identity:  # it was entered before, and merged or deleted since
            return _verdict(row, RowOutcome.UNCHANGED)
        if is_here is not None and (reason := is_here(row)):
            return Verdict(RowOutcome.DOUBTFUL, was_entered=False, doubt=reason)
        person = _newcomer(book, row, actor)
        outcome = RowOutcome.NEW
    given, shared_column = _give_values(book, person, row, actor)
    filled = _fill_fields(person, row)
    noted = _add_notes_and_tags(person, row)
    if outcome is RowOutcome.UNCHANGED and (given or filled or noted):
        outcome = RowOutcome.UPDATED
    if shared_column is not None:
        return Verdict(
            RowOutcome.DOUBTFUL,
            was_entered=True,
            doubt=SHARED,
            column=shared_column,
            person=person,
        )
    return _verdict(row, outcome, person)


def _verdict(row: Incoming, outcome: RowOutcome, person: Person | None = None) -> Verdict:
    was_entered = outcome is not RowOutcome.UNCHANGED
    outcome = RowOutcome.BAD if row.has_errors else outcome
    return Verdict(outcome, was_entered=was_entered, person=person)


def _whose(book: Book, row: Incoming) -> tuple[Person | None, str]:
    """The person of the row, or why it cannot be said; neither means somebody new."""
    if row.identity:
        return book.by_identity.get(row.identity), ""
    held = [book.holders[one.kind, one.value] for one in row.readings]
    people = {book.people[point.customer_id]: None for points in held for point in points}
    owners = {
        book.people[points[0].customer_id]
        for points in held
        if len(points) == 1 and not book.is_shared(points[0])
    }
    if len(owners) > 1:
        return None, CONTRADICTION
    if not people:
        return None, ""
    if not row.has_name:
        return (owners.pop(), "") if owners else (None, SEVERAL)
    return _of_best_name(row, people, owners)


def _of_best_name(
    row: Incoming, people: Iterable[Person], owners: set[Person]
) -> tuple[Person | None, str]:
    likenesses = {person: _likeness(row, person, owners) for person in people}
    best = max(likenesses.values())
    if best is Likeness.DIFFERENT:
        return None, ""
    alike = [person for person, found in likenesses.items() if found is best]
    if len(alike) == 1:
        return alike[0], ""
    owner = next((person for person in alike if person in owners), None)
    return (owner, "") if owner else (None, SEVERAL)


def _likeness(row: Incoming, person: Person, owners: set[Person]) -> Likeness:
    if person.customer.name_is_placeholder:
        # An unknown caller is the row's person only where the number is nobody else's.
        return Likeness.UNKNOWN if person in owners else Likeness.DIFFERENT
    return likeness(row.words, person.words)


def _newcomer(book: Book, row: Incoming, actor: Actor) -> Person:
    customer = Customer(company=actor.company, origin=Origin.IMPORT, **row.name)
    person = Person(customer=customer, is_new=True, words=row.words)
    book.add(person)
    if row.identity:
        person.new_identities.append(row.identity)
        book.by_identity[row.identity] = person
    return person


def _give_values(book: Book, person: Person, row: Incoming, actor: Actor) -> tuple[int, str | None]:
    """Add the phones and e-mails that the person lacks.

    Returns how many, and the column of one that is somebody else's too (else None).
    """
    given, shared_column = 0, None
    for reading in row.readings:
        key = (reading.kind, reading.value)
        if key in person.points:
            continue
        others = book.others(key, person)
        book.shared_now.update({point.pk: point for point in others if not point.is_shared})
        if others:
            shared_column = reading.field
        kind_has_primary = any(
            point.kind == reading.kind and point.is_primary for point in person.points.values()
        )
        point = ContactPoint(
            company=actor.company,
            customer=person.customer,
            kind=reading.kind,
            value=reading.value,
            as_typed=reading.as_typed,
            extension=reading.extension,
            label=reading.label,
            source=Origin.IMPORT,
            is_primary=not kind_has_primary,
            is_shared=bool(others),
        )
        book.give(person, point)
        given += 1
    return given, shared_column


def _fill_fields(person: Person, row: Incoming) -> int:
    """Fill blanks and a placeholder name; what is there stays. An address is filled as a whole."""
    customer, values = person.customer, dict[str, Any]()
    if customer.name_is_placeholder and row.has_name:
        values |= row.name
        person.words = row.words
    if not any(getattr(customer, name) for name in ("address_line", "city", "postcode")):
        values |= row.address
    if customer.birthday is None and row.birthday is not None:
        values["birthday"] = row.birthday
    values = {name: value for name, value in values.items() if getattr(customer, name) != value}
    for name, value in values.items():
        person.old.setdefault(name, getattr(customer, name))
        person.new[name] = value
        setattr(customer, name, value)
    return len(values)


def _add_notes_and_tags(person: Person, row: Incoming) -> int:
    notes = [note for note in dict.fromkeys(row.notes) if note not in person.notes]
    tags = [tag for tag in row.tags if tag.lower() not in person.tags]
    person.notes.update(notes)
    person.tags.update(tag.lower() for tag in tags)
    person.new_notes += notes
    person.new_tags += tags
    return len(notes) + len(tags)
