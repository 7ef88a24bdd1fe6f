"""Who bought? Hundreds of buyers at once find their customers, or become new ones.

The account at the platform says it first, then e-mail and phone by the rule of `identify`. Values
that point at different people link nobody; an unknown buyer with an account, an e-mail or a phone
becomes a customer, once, however often they stand in the batch.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.actors import Actor
from crm.errors import Conflict
from crm.roles import Action
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from customers.models.customer import Origin
from customers.services.buyer_consent import raise_consent
from customers.services.buyer_reading import BuyerRow, IncomingBuyer, read_buyer
from customers.services.contact_entries import Reading, regions_of
from customers.services.contact_import.book import Book, Person
from customers.services.contact_import.writing import write
from customers.services.identify import Outcome, judge
from customers.services.new_customer import ValueTaken

ATTEMPTS = 5


class BuyerMatch(StrEnum):
    """What linked a buyer, or why nothing did."""

    PLATFORM_ID = "platform_id"
    EMAIL = "email"
    PHONE = "phone"
    BOTH = "email_and_phone"
    CREATED = "created"
    NO_IDENTITY = "no_identity"
    SEVERAL = "several"
    CONTRADICTION = "contradiction"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedBuyer:
    """Whose the order is. `email` and `phone` are canonical, empty where they cannot be read.

    `is_new` where this buyer's record was made in this batch and for them first.
    """

    customer_id: UUID | None
    match: BuyerMatch
    email: str = ""
    phone: str = ""
    is_new: bool = False


@transaction.atomic
def resolve_buyers(
    *, actor: Actor, buyers: Sequence[IncomingBuyer], region: str = ""
) -> list[ResolvedBuyer]:
    """The customer of each buyer, in the order given; see `settle_buyers`.

    Raises Forbidden, and Conflict `busy` when others keep changing the same customers.
    """
    actor.require(Action.CREATE_CUSTOMER)
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return settle_buyers(actor=actor, buyers=buyers, region=region)
        except ValueTaken:
            continue
    raise Conflict("Others keep changing the same customers. Try again.", code="busy")


def settle_buyers(
    *,
    actor: Actor,
    buyers: Sequence[IncomingBuyer],
    region: str = "",
    also_lock: Collection[UUID] = (),
) -> list[ResolvedBuyer]:
    """The work of `resolve_buyers`, for a service that has checked the right itself.

    Call it inside a savepoint; raises ValueTaken when somebody else was faster. A fixed number of
    statements, whatever the size of the batch. Everybody found, and the customers `also_lock`, is
    locked (docs/locking.md). Known customers get blanks filled: a placeholder name, a missing
    e-mail, a phone nobody has. Phones are read for `region`, then for the company's.
    """
    regions = list(dict.fromkeys(one for one in (region, *regions_of(actor)) if one))
    rows = [read_buyer(buyer, regions=regions) for buyer in buyers]
    book = Book()
    book.load(rows, lock=True, also=also_lock, with_texts=False, follow_merges=True)
    found = [_settle(book, row, actor) for row in rows]
    write(book, actor=actor)
    raise_consent(
        actor=actor,
        opted_in=[
            (book.people[one.customer_id].customer, row.buyer.at)
            for one, row in zip(found, rows, strict=True)
            if one.customer_id is not None and row.buyer.marketing_opt_in and row.email is not None
        ],
    )
    return found


def _settle(book: Book, row: BuyerRow, actor: Actor) -> ResolvedBuyer:
    person, match = _whose(book, row)
    is_new = match is BuyerMatch.CREATED
    if is_new:
        person = _newcomer(book, row, actor)
    if person is not None:
        _fill(book, person, row, actor)
    return ResolvedBuyer(
        customer_id=person.customer.pk if person else None,
        match=match,
        email=row.email.value if row.email else "",
        phone=row.phone.value if row.phone else "",
        is_new=is_new,
    )


def _whose(book: Book, row: BuyerRow) -> tuple[Person | None, BuyerMatch]:
    known = book.by_identity.get(row.identity) if row.identity else None
    if known is not None:
        return known, BuyerMatch.PLATFORM_ID
    outcome, deciding = judge(by_phone=_held(book, row.phone), by_email=_held(book, row.email))
    if outcome is Outcome.ONE:
        kinds = {point.kind for point in deciding}
        both = len(kinds) == 2
        single = BuyerMatch.EMAIL if ContactKind.EMAIL in kinds else BuyerMatch.PHONE
        return book.people[deciding[0].customer_id], BuyerMatch.BOTH if both else single
    if outcome is Outcome.CONTRADICTION:
        return None, BuyerMatch.CONTRADICTION
    if outcome is Outcome.SEVERAL:
        return None, BuyerMatch.SEVERAL
    if row.readings:
        return None, BuyerMatch.CREATED
    if row.identity is None:
        return None, BuyerMatch.NO_IDENTITY
    # Known to nobody, or only to a customer who was deleted since: no machine brings them back.
    was_known = row.identity in book.by_identity
    return None, BuyerMatch.REMOVED if was_known else BuyerMatch.CREATED


def _held(book: Book, reading: Reading | None) -> Sequence[ContactPoint]:
    return book.holders[reading.kind, reading.value] if reading else ()


def _newcomer(book: Book, row: BuyerRow, actor: Actor) -> Person:
    customer = Customer(
        company=actor.company,
        origin=Origin.ORDER,
        last_activity_at=min(row.buyer.at, timezone.now()),
        **row.name,
    )
    person = Person(customer=customer, is_new=True, words=row.words)
    book.add(person)
    return person


def _fill(book: Book, person: Person, row: BuyerRow, actor: Actor) -> None:
    """Enter into the book what the person lacks; nothing that is there is overwritten."""
    customer = person.customer
    if customer.name_is_placeholder and not row.name["name_is_placeholder"]:
        for field, value in row.name.items():
            if not person.is_new:
                person.old.setdefault(field, getattr(customer, field))
                person.new[field] = value
            setattr(customer, field, value)
    for reading in row.readings:
        if not book.holders[reading.kind, reading.value] and not _has_email(person, reading):
            book.give(person, _point(person, reading, actor))
    if row.identity and row.identity not in book.by_identity:
        book.by_identity[row.identity] = person
        person.new_identities.append(row.identity)


def _has_email(person: Person, reading: Reading) -> bool:
    """A second e-mail from outside is no blank; another number is worth knowing."""
    return reading.kind == ContactKind.EMAIL and any(
        point.kind == ContactKind.EMAIL for point in person.points.values()
    )


def _point(person: Person, reading: Reading, actor: Actor) -> ContactPoint:
    return ContactPoint(
        company=actor.company,
        customer=person.customer,
        kind=reading.kind,
        value=reading.value,
        as_typed=reading.as_typed,
        extension=reading.extension,
        source=Origin.ORDER,
        is_primary=not any(
            point.kind == reading.kind and point.is_primary for point in person.points.values()
        ),
    )
