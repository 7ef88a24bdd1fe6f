"""A candidate of the queue, ready to be drawn: both people in short, and why they are alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.identifiers.phones import format_for_people
from customers.admin.waterfall import Waterfall, draw_waterfall, signed
from customers.models import ContactPoint, Customer, DuplicateCandidate
from customers.models.duplicate import CandidateState
from customers.selectors.alike_pairs import AlikePair, RecordFacts

MOST_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing known of both; several values each, an unknown one is an empty list."""

    label: str
    left: Sequence[str]
    right: Sequence[str]

    @property
    def differs(self) -> bool:
        """Both are known, and nothing of one is found in the other."""
        mine, theirs = ({text.casefold() for text in side} for side in (self.left, self.right))
        return bool(mine and theirs) and not mine & theirs


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """One row of the queue; `next_id` is the pair that comes up when this one is decided."""

    pair: AlikePair
    lines: Sequence[Line]
    waterfall: Waterfall
    next_id: UUID | None

    @property
    def candidate(self) -> DuplicateCandidate:
        """The stored pair."""
        return self.pair.candidate

    @property
    def people(self) -> tuple[Customer, Customer]:
        """Both records."""
        return self.pair.left.customer, self.pair.right.customer

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to decide."""
        return self.candidate.state in (CandidateState.OPEN, CandidateState.LATER)

    @property
    def sure(self) -> str:
        """How likely both are one person."""
        return percent(self.pair.probability)

    @property
    def bits(self) -> str:
        """The sum of the evidence."""
        return signed(self.candidate.bits)


def pair_rows(pairs: Sequence[AlikePair], *, region: str) -> list[PairRow]:
    """The pairs of one page; `region` (ISO 3166) is how phones are written."""
    following: list[UUID | None] = [pair.candidate.pk for pair in pairs[1:]]
    before = pairs[-2].candidate.pk if len(pairs) > 1 else None
    return [
        pair_row(pair, region=region, next_id=next_id)
        for pair, next_id in zip(pairs, [*following, before], strict=False)
    ]


def pair_row(pair: AlikePair, *, region: str, next_id: UUID | None = None) -> PairRow:
    """One pair."""
    return PairRow(
        pair=pair,
        lines=_lines(pair.left, pair.right, region),
        waterfall=draw_waterfall(pair.evidence),
        next_id=next_id,
    )


def percent(probability: float) -> str:
    """“99.8 %”; what rounds to all or nothing is said as more or less than the last step."""
    if probability > 0.999:
        return "over 99.9 %"
    if probability < 0.001:
        return "under 0.1 %"
    return f"{probability * 100:.1f} %"


def _lines(left: RecordFacts, right: RecordFacts, region: str) -> list[Line]:
    one, other = left.customer, right.customer

    def both(label: str, of_left: Sequence[str], of_right: Sequence[str]) -> Line:
        return Line(label=label, left=_shown(of_left), right=_shown(of_right))

    lines = [
        both("Name", [one.full_name], [other.full_name]),
        both("Phone", _phones(left.phones, region), _phones(right.phones, region)),
        both("E-mail", _values(left.emails), _values(right.emails)),
        both("Born", [_born(one)], [_born(other)]),
        both("Lives", [_lives(one)], [_lives(other)]),
        both("Profile", _profiles(left), _profiles(right)),
    ]
    return [line for line in lines if line.left or line.right]


def _shown(texts: Sequence[str]) -> list[str]:
    known = [text for text in texts if text]
    more = len(known) - MOST_SHOWN
    return known if more <= 0 else [*known[:MOST_SHOWN], f"and {more} more"]


def _phones(points: Sequence[ContactPoint], region: str) -> list[str]:
    return [format_for_people(point.value, region) for point in points]


def _values(points: Sequence[ContactPoint]) -> list[str]:
    return [point.value for point in points]


def _profiles(facts: RecordFacts) -> list[str]:
    return [f"{link.provider} {link.profile_id}" for link in facts.profile_links]


def _born(customer: Customer) -> str:
    day = customer.birthday
    return f"{day.day} {day:%b %Y}" if day else ""


def _lives(customer: Customer) -> str:
    place = " ".join(part for part in (customer.postcode, customer.city) if part)
    return ", ".join(part for part in (customer.address_line, place) if part)
