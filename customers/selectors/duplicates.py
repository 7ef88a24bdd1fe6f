"""The queue of pairs that may be one person, surest first."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from crm.actors import Actor
from crm.errors import InvalidInput, NotFound
from crm.paging import Ordering, Page, paginate
from crm.roles import Action
from customers.models import DuplicateCandidate, ProfileLink
from customers.models.customer import RecordState
from customers.models.duplicate import CandidateState, PairRelation
from customers.selectors.alike_pairs import AlikePair, pairs_with_facts

SUREST = Ordering("surest", "bits", descending=True)
QUEUE_PAGE = 20
MOST_COUNTED = 1001
_WAITING = (CandidateState.OPEN, CandidateState.LATER)


class Confidence(StrEnum):
    """How sure the model is, in steps that people can name."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


# Bits from and below; ten bits are odds of 1,000 to 1, four bits 16 to 1.
CONFIDENCE_BITS: dict[Confidence, tuple[float | None, float | None]] = {
    Confidence.SURE: (10.0, None),
    Confidence.LIKELY: (4.0, 10.0),
    Confidence.POSSIBLE: (None, 4.0),
}


@dataclass(frozen=True, kw_only=True)
class CandidateFilters:
    """What the queue is narrowed to; an empty value does not narrow.

    `has_profile_link` asks for pairs of which at least one record (or none) is linked to a profile.
    """

    state: str = CandidateState.OPEN
    relation: str = ""
    confidence: str = ""
    has_profile_link: bool | None = None
    found_since: datetime | None = None


def candidate_queue(
    *,
    actor: Actor,
    filters: CandidateFilters | None = None,
    cursor: str = "",
    size: int = QUEUE_PAGE,
) -> Page[Any]:
    """One page of `AlikePair`, the surest first, in five queries (six behind the first page).

    Pairs of which a record was merged or deleted since are not to be decided and left out.
    Raises Forbidden, and InvalidInput for a value that is not on its list or a damaged cursor.
    """
    actor.require(Action.REVIEW_DUPLICATES)
    rows = _filtered(filters or CandidateFilters()).select_related("left", "right")
    page = paginate(rows, ordering=SUREST, cursor=cursor, size=size)
    return Page[Any](
        rows=pairs_with_facts(page.rows),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
    )


def candidate(*, actor: Actor, candidate_id: UUID) -> AlikePair:
    """One pair with both records' facts and its evidence, in any state. Raises NotFound."""
    actor.require(Action.REVIEW_DUPLICATES)
    rows = DuplicateCandidate.objects.select_related("left", "right")
    found = rows.filter(pk=candidate_id).first()
    if found is None:
        raise NotFound
    return pairs_with_facts([found])[0]


def count_candidates(
    *, actor: Actor, filters: CandidateFilters | None = None, most: int = MOST_COUNTED
) -> int:
    """How many pairs the filters leave; `most` stands for “that many or more”."""
    actor.require(Action.REVIEW_DUPLICATES)
    return _filtered(filters or CandidateFilters()).order_by().values("pk")[:most].count()


def _filtered(filters: CandidateFilters) -> QuerySet[DuplicateCandidate]:
    _check(filters)
    rows = DuplicateCandidate.objects.filter(state=filters.state)
    if filters.state in _WAITING:
        rows = rows.filter(
            left__record_state=RecordState.ACTIVE, right__record_state=RecordState.ACTIVE
        )
    if filters.relation:
        rows = rows.filter(relation=filters.relation)
    if filters.confidence:
        least, below = CONFIDENCE_BITS[Confidence(filters.confidence)]
        rows = rows.filter(bits__gte=least) if least is not None else rows
        rows = rows.filter(bits__lt=below) if below is not None else rows
    if filters.has_profile_link is not None:
        linked = ProfileLink.objects.filter(customer__isnull=False).values("customer_id")
        either = Q(left_id__in=linked) | Q(right_id__in=linked)
        rows = rows.filter(either if filters.has_profile_link else ~either)
    if filters.found_since is not None:
        rows = rows.filter(found_at__gte=filters.found_since)
    return rows


def _check(filters: CandidateFilters) -> None:
    closed = (
        ("state", filters.state, CandidateState.values),
        ("relation", filters.relation, ["", *PairRelation.values]),
        ("confidence", filters.confidence, ["", *Confidence]),
    )
    for field, value, choices in closed:
        if value not in choices:
            raise InvalidInput.field(field, "Choose one of the values on the list.")
