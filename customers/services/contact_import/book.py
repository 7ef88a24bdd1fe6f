"""Who holds which phone and e-mail: the part of the database that a batch of rows is about.

Planned changes are entered here at once, so a row sees what the rows before it did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from customers.models import ContactPoint, Customer, CustomerTag, ExternalIdentity, Note
from customers.services.contact_import.reading import Incoming
from customers.services.contact_import.same_name import name_words
from customers.services.new_customer import ValueTaken

Key = tuple[str, str]  # kind and value
SYSTEM = "address book"  # of external identities that name the rows without phone and e-mail


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
    new_key: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether anything is planned for a customer who was there before."""
        return bool(self.new or self.new_points or self.new_notes or self.new_tags)


class Book:
    """People by what they hold. `shared_now` are points that this batch finds to be shared."""

    def __init__(self) -> None:
        self.people: dict[UUID, Person] = {}
        self.holders: dict[Key, list[ContactPoint]] = {}
        self.by_key: dict[str, Person | None] = {}
        self.shared_now: dict[UUID, ContactPoint] = {}

    def load(self, rows: Sequence[Incoming], *, lock: bool) -> None:
        """Read everybody who holds a value of these rows, and does not stand here yet.

        With `lock` their records stay as they are until the batch is committed. Raises ValueTaken
        when somebody else came by a value between two of our looks.
        """
        wanted = {(one.kind, one.value) for row in rows for one in row.readings}
        wanted -= self.holders.keys()
        keys = {row.key for row in rows if row.key} - self.by_key.keys()
        self.holders.update({key: [] for key in wanted})
        points, identities = _live_points(wanted), _identities(keys)
        ids = {point.customer_id for point in points} | {one.customer_id for one in identities}
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
        self._add_people(ids - self.people.keys())
        for point in points:
            self.holders[point.kind, point.value].append(self._own(point))
        for identity in identities:
            # None: known, but merged or deleted since; the row is not entered again.
            self.by_key[identity.external_id] = self.people.get(identity.customer_id)

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

    def _add_people(self, ids: Iterable[UUID]) -> None:
        ids = list(ids)
        for customer in Customer.objects.live().filter(pk__in=ids):
            self.add(Person(customer=customer, is_new=False, words=name_words(customer.full_name)))
        for point in ContactPoint.objects.filter(customer_id__in=ids).select_related("customer"):
            if person := self.people.get(point.customer_id):
                person.points[point.kind, point.value] = point
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


def _identities(keys: Iterable[str]) -> list[ExternalIdentity]:
    return list(ExternalIdentity.objects.filter(system=SYSTEM, external_id__in=list(keys)))
