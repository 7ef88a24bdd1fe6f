"""Asking before a record is made or changed: is this person here already?

A door that has a person before it asks with `unless_alike`, shows whom the answer names, and saves
without asking again when the person says so. Imports and hooks do not ask: what they bring is
compared afterwards, and nothing waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from crm.actors import Actor
from crm.errors import Conflict
from customers.models import ContactPoint, Customer, DuplicateCandidate, MatchDecision
from customers.models.contact_point import ContactKind
from customers.models.duplicate import PairRelation
from customers.selectors.alike import Alike, alike
from customers.services.contact_entries import Reading

# The fields by which people are compared; others may change without a question.
COMPARED_FIELDS = frozenset({"full_name", "birthday", "address_line", "city", "postcode"})
MOST_WORDS = 3


@dataclass(frozen=True)
class PerhapsThem:
    """Somebody who is likely the same person, and what speaks for it, in words."""

    customer: Customer
    bits: float
    words: str


class MaybeHere(Conflict):
    """The person is probably here already; `people` says who, the surest first."""

    default_code = "maybe_here"

    def __init__(self, people: Sequence[PerhapsThem]) -> None:
        super().__init__(
            "This person may be here already. Look at the cards, or save anyway.",
            details={
                "candidates": [one.customer.pk for one in people],
                "alike": [
                    {"customer_id": one.customer.pk, "bits": one.bits, "words": one.words}
                    for one in people
                ],
            },
        )
        self.people = people


def refuse_if_here(*, actor: Actor, fields: Mapping[str, Any], readings: Iterable[Reading]) -> None:
    """Raise MaybeHere where somebody is likely the person with these fields; three queries."""
    values = [(reading.kind, reading.value) for reading in readings]
    _refuse(_likely(actor, fields, values))


def refuse_edit_if_here(*, actor: Actor, customer: Customer, changes: Mapping[str, Any]) -> None:
    """The same for a customer as they would be with the changes; six queries at most.

    Pairs that are in the queue or decided already are nothing new, and not named again.
    """
    if not COMPARED_FIELDS & changes.keys():
        return
    fields = {name: changes.get(name, getattr(customer, name)) for name in COMPARED_FIELDS}
    rows = ContactPoint.objects.filter(customer=customer, is_invalid=False)
    found = _likely(actor, fields, list(rows.values_list("kind", "value")), besides=customer.pk)
    known = _known_partners(customer.pk) if found else set()
    _refuse([one for one in found if one.customer_id not in known])


def _likely(
    actor: Actor,
    fields: Mapping[str, Any],
    values: Sequence[tuple[str, str]],
    besides: UUID | None = None,
) -> list[Alike]:
    found = alike(
        actor=actor,
        full_name=fields["full_name"],
        birthday=fields.get("birthday"),
        address_line=fields.get("address_line", ""),
        city=fields.get("city", ""),
        postcode=fields.get("postcode", ""),
        phones=[value for kind, value in values if kind == ContactKind.PHONE],
        emails=[value for kind, value in values if kind == ContactKind.EMAIL],
        besides=besides,
    )
    return [one for one in found if one.relation == PairRelation.SAME]


def _known_partners(customer_id: UUID) -> set[UUID]:
    """With whom the customer was paired already, by the scan or by a person."""
    either = Q(left_id=customer_id) | Q(right_id=customer_id)
    pairs = [
        *DuplicateCandidate.objects.filter(either).values_list("left_id", "right_id"),
        *MatchDecision.objects.filter(either).values_list("left_id", "right_id"),
    ]
    return {one for pair in pairs for one in pair} - {customer_id}


def _refuse(found: Sequence[Alike]) -> None:
    people = Customer.objects.live().in_bulk([one.customer_id for one in found]) if found else {}
    likely = [
        PerhapsThem(customer=people[one.customer_id], bits=one.bits, words=_words(one))
        for one in found
        if one.customer_id in people
    ]
    if likely:
        raise MaybeHere(likely)


def _words(one: Alike) -> str:
    """What speaks most for the same person."""
    speaking = sorted(
        (line for line in one.evidence if line.bits > 0 and line.field != "at all"),
        key=lambda line: -line.bits,
    )
    return ", ".join(line.words for line in speaking[:MOST_WORDS])
