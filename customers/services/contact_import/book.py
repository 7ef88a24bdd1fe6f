"""Who holds which phone and e-mail: the part of the database that a batch of rows is about.

Planned changes are entered here at once, so a row sees what the rows before it did.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

from customers.models import ContactPoint, Customer, CustomerTag, ExternalIdentity, Note
from customers.selectors.survivors import survivors_of
from customers.services.contact_entries import Reading
from customers.services.contact_import.same_name import name_words
from customers.services.new_customer import ValueTaken

Key = tuple[str, str]  # kind and value
Identity = tuple[str, str]  # system and external id


class BookRow(Protocol):
    """What the book must know of a row: its phones and e-mails, and who it is elsewhere."""

    @property
    def readings(self) -> Sequence[Reading]: ...

    @property
    def identity(self) -> Identity | None: ...


@dataclass(eq=False)
class Person:
    """A customer as the batch knows them, with what is planned."""

    customer: Customer
    is_new: bool
    words: tuple[str, ...]
    points: dict[Key, ContactPoint] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)
    new_points: list[ContactPoint] = field(default_factory=list)
    new_notes: list[str] = field(default_factory=list)
    new_tags: list[str] = field(default_factory=list)
    new_identities: list[Identity] = field(default_factory=list)
    written_notes: list[Note] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        """Whether anything is planned for a customer who was there before."""
        return bool(self.new or self.new_points or self.new_notes or self.new_tags)


class Book:
    """People by what they hold. `shared_now` are points that this batch finds to be shared."""

    def __init__(self) -> None:
        self.people: dict[UUID, Person] = {}
        self.holders: dict[Key, list[ContactPoint]] = {}
        self.by_identity: dict[Identity, Person | None] = {}
        self.shared_now: dict[UUID, ContactPoint] = {}

    def load(
        self,
        rows: Sequence[BookRow],
        *,
        lock: bool,
        also: Collection[UUID] = (),
        with_texts: bool = True,
        follow_merges: bool = False,
    ) -> None:
        """Read everybody who holds a value of these rows, and does not stand here yet.

        With `lock` their records, and those of `also`, stay as they are until the batch is
        committed. `with_texts` reads their notes and tags too; with `follow_merges` an identity of
        a merged customer is the survivor's. Raises ValueTaken when somebody else came by a value
        between two of our looks.
        """
        wanted = {(one.kind, one.value) for row in rows for one in row.readings}
        wanted -= self.holders.keys()
        elsewhere = {row.identity for row in rows if row.identity} - self.by_identity.keys()
        self.holders.update({key: [] for key in wanted})
        points, known = _live_points(wanted), _identities(elsewhere)
        if follow_merges:
            survivors = survivors_of([*known.values(), *also])
            known = {identity: survivors.get(one, one) for identity, one in known.items()}
            also = {survivors.get(one, one) for one in also}
        ids = {point.customer_id for point in points} | {*known.values()} | {*also}
        if lock:
            ids -= self.people.keys()
            list(
                Customer.objects.select_for_update(no_key=True)
                .filter(pk__in=ids)
                .order_by("pk")
                .values_list("pk")
            )
            points = _live_points(wanted)
            if not {point.customer_id for point in points} <= ids:
                raise ValueTaken
        self._add_people(ids - self.people.keys(), with_texts)
        for point in points:
            self.holders[point.kind, point.value].append(self._own(point))
        for identity, customer_id in known.items():
            # None: known, but merged or deleted since; the row is not entered again.
            self.by_identity[identity] = self.people.get(customer_id)

    def add(self, person: Person) -> None:
        """Somebody new."""
        self.people[person.customer.pk] = person

    def give(self, person: Person, point: ContactPoint) -> None:
        """A new contact point of the person."""
        key = (point.kind, point.value)
        person.points[key] = point
        person.new_points.append(point)
        self.holders[key].append(point)

    def is_shared(self, point: ContactPoint) -> bool:
        """Whether the point identifies nobody alone, as of now."""
        return point.is_shared or point.pk in self.shared_now

    def others(self, key: Key, person: Person | None) -> list[ContactPoint]:
        """The live points of the value that are somebody else's."""
        own = person.customer.pk if person else None
        return [point for point in self.holders.get(key, ()) if point.customer_id != own]

    def _own(self, point: ContactPoint) -> ContactPoint:
        return self.people[point.customer_id].points[point.kind, point.value]

    def _add_people(self, ids: Iterable[UUID], with_texts: bool) -> None:
        ids = list(ids)
        for customer in Customer.objects.live().filter(pk__in=ids):
            self.add(Person(customer=customer, is_new=False, words=name_words(customer.full_name)))
        for point in ContactPoint.objects.filter(customer_id__in=ids).select_related("customer"):
            if person := self.people.get(point.customer_id):
                person.points[point.kind, point.value] = point
        if with_texts:
            self._add_texts(ids)

    def _add_texts(self, ids: Collection[UUID]) -> None:
        for customer_id, text in Note.objects.filter(customer_id__in=ids).values_list(
            "customer_id", "text"
        ):
            if person := self.people.get(customer_id):
                person.notes.add(text)
        for customer_id, name in CustomerTag.objects.filter(customer_id__in=ids).values_list(
            "customer_id", "tag__name"
        ):
            if person := self.people.get(customer_id):
                person.tags.add(name.lower())


def _live_points(keys: Iterable[Key]) -> list[ContactPoint]:
    wanted = Q(pk__in=())
    by_kind: dict[str, list[str]] = {}
    for kind, value in keys:
        by_kind.setdefault(kind, []).append(value)
    for kind, values in by_kind.items():
        wanted |= Q(kind=kind, value__in=values)
    return list(ContactPoint.objects.filter(wanted, is_live=True))


def _identities(elsewhere: Iterable[Identity]) -> dict[Identity, UUID]:
    """Whose they are; those that nobody has are missing."""
    wanted = Q(pk__in=())
    by_system: dict[str, list[str]] = {}
    for system, external_id in elsewhere:
        by_system.setdefault(system, []).append(external_id)
    for system, external_ids in by_system.items():
        wanted |= Q(system=system, external_id__in=external_ids)
    rows = ExternalIdentity.objects.filter(wanted)
    return {
        (system, external_id): customer_id
        for system, external_id, customer_id in rows.values_list(
            "system", "external_id", "customer_id"
        )
    }
