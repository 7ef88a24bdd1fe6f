"""Two alike records beside each other: what is known of both, and the evidence in words."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from customers.models import (
    ContactPoint,
    Customer,
    DuplicateCandidate,
    HouseholdMember,
    MatchDecision,
    ProfileLink,
)
from customers.models.contact_point import ContactKind


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """What is known of one record; the primary phone and e-mail come first."""

    customer: Customer
    phones: Sequence[ContactPoint]
    emails: Sequence[ContactPoint]
    profile_links: Sequence[ProfileLink]
    household_id: UUID | None


@dataclass(frozen=True)
class EvidenceLine:
    """What one comparison says: for (positive) or against (negative) the same person, in bits."""

    field: str
    bits: float
    words: str


@dataclass(frozen=True, kw_only=True)
class AlikePair:
    """A candidate with both records, its evidence (strongest first) and the verdict, if any."""

    candidate: DuplicateCandidate
    left: RecordFacts
    right: RecordFacts
    evidence: Sequence[EvidenceLine]
    decision: MatchDecision | None

    @property
    def probability(self) -> float:
        """How likely both are the same person, 0 to 1, from the bits."""
        return 1 / (1 + math.pow(2, -max(-60.0, min(60.0, self.candidate.bits))))

    @property
    def has_different_profiles(self) -> bool:
        """Whether both are linked to profiles, which are then different: no machine merges them."""
        return bool(self.left.profile_links) and bool(self.right.profile_links)


def pairs_with_facts(candidates: Sequence[DuplicateCandidate]) -> list[AlikePair]:
    """The pairs with all that is shown of them, in four queries.

    `left` and `right` of the candidates are read already (select_related).
    """
    people = {one.left_id: one.left for one in candidates}
    people |= {one.right_id: one.right for one in candidates}
    facts = facts_of(people)
    decisions = {
        (one.left_id, one.right_id): one
        for one in MatchDecision.objects.filter(
            left_id__in=[one.left_id for one in candidates],
            right_id__in=[one.right_id for one in candidates],
        )
    }
    return [
        AlikePair(
            candidate=one,
            left=facts[one.left_id],
            right=facts[one.right_id],
            evidence=evidence_of(one),
            decision=decisions.get((one.left_id, one.right_id)),
        )
        for one in candidates
    ]


def facts_of(people: Mapping[UUID, Customer]) -> dict[UUID, RecordFacts]:
    """What is known of these records, in three queries."""
    points = _points(people.keys())
    links: dict[UUID, list[ProfileLink]] = {}
    for link in ProfileLink.objects.filter(customer_id__in=people.keys()).order_by(
        "provider", "profile_id"
    ):
        links.setdefault(link.customer_id, []).append(link)  # type: ignore[arg-type]
    homes = dict(
        HouseholdMember.objects.filter(customer_id__in=people.keys()).values_list(
            "customer_id", "household_id"
        )
    )
    return {
        pk: RecordFacts(
            customer=customer,
            phones=[one for one in points.get(pk, ()) if one.kind == ContactKind.PHONE],
            emails=[one for one in points.get(pk, ()) if one.kind == ContactKind.EMAIL],
            profile_links=links.get(pk, ()),
            household_id=homes.get(pk),
        )
        for pk, customer in people.items()
    }


def evidence_of(candidate: DuplicateCandidate) -> list[EvidenceLine]:
    """The stored evidence, what counts most first."""
    lines = [
        EvidenceLine(field=one["field"], bits=float(one["bits"]), words=one["words"])
        for one in candidate.evidence
    ]
    return sorted(lines, key=lambda line: -abs(line.bits))


def _points(customer_ids: Collection[UUID]) -> dict[UUID, list[ContactPoint]]:
    found: dict[UUID, list[ContactPoint]] = {}
    rows = ContactPoint.objects.filter(customer_id__in=customer_ids)
    for point in rows.order_by("-is_primary", "is_invalid", "created_at", "id"):
        found.setdefault(point.customer_id, []).append(point)
    return found
