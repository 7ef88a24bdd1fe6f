"""Segments as screens read them: counts, members, history, and a look before saving."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Prefetch

from crm.actors import Actor
from crm.errors import InvalidInput, NotFound, Unavailable
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from customers.models import ContactPoint, Customer
from customers.models.customer import RecordState
from scoring.models import Membership, MembershipChange, Segment, SegmentMember
from scoring.segments.rules import read_rules
from scoring.selectors.matching import matching_customers, moment_of

SHOWN_IN_PREVIEW = 20
PREVIEW_MILLISECONDS = 5000
MOST_CUSTOMERS = 200
NEWEST_MEMBERS = Ordering("newest", "since", descending=True)
NEWEST_CHANGES = Ordering("newest", "at", descending=True)
MEMBERS = (Membership.RULE, Membership.ADDED)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Whom rules would mean now: how many, and the first by name."""

    count: int
    customers: Sequence[Customer]


def list_segments(*, actor: Actor, with_inactive: bool = False) -> list[Segment]:
    """All segments by name, each with its `members`; one query. A company has 200 at most."""
    actor.require(Action.FIND_CUSTOMERS)
    segments = Segment.objects.filter(company=actor.company).order_by("name", "id")
    return list(segments if with_inactive else segments.filter(is_active=True))


def get_segment(*, actor: Actor, slug: str) -> Segment:
    """One segment, in use or not. Raises NotFound."""
    actor.require(Action.FIND_CUSTOMERS)
    segment = Segment.objects.filter(company=actor.company, slug=slug).first()
    if segment is None:
        raise NotFound("There is no such segment.")
    return segment


def segment_of(*, actor: Actor, segment_id: UUID) -> Segment:
    """The same by its id. Raises NotFound."""
    actor.require(Action.FIND_CUSTOMERS)
    segment = Segment.objects.filter(company=actor.company, pk=segment_id).first()
    if segment is None:
        raise NotFound
    return segment


def member_of(*, actor: Actor, segment_id: UUID, customer_id: UUID) -> SegmentMember:
    """How a live customer stands to a segment: in it, or kept out. Raises NotFound."""
    actor.require(Action.FIND_CUSTOMERS)
    member = (
        SegmentMember.objects.select_related("customer__engagement")
        .filter(
            segment_id=segment_id,
            customer_id=customer_id,
            customer__record_state=RecordState.ACTIVE,
        )
        .first()
    )
    if member is None:
        raise NotFound
    return member


def segment_members(
    *,
    actor: Actor,
    segment: Segment,
    how: Collection[str] = MEMBERS,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Page[SegmentMember]:
    """Live members, those who joined last first; three queries at most.

    Each has `customer` with its `engagement` and `primary_points`. `how` of KEPT_OUT lists those
    whom somebody keeps out. Raises InvalidInput for a damaged cursor.
    """
    actor.require(Action.FIND_CUSTOMERS)
    if not set(how) <= set(Membership.values):
        raise InvalidInput.field("how", "Choose one of the values on the list.")
    primary = Prefetch(
        "customer__contact_points",
        queryset=ContactPoint.objects.filter(is_primary=True),
        to_attr="primary_points",
    )
    members = (
        SegmentMember.objects.filter(
            segment=segment, how__in=list(how), customer__record_state=RecordState.ACTIVE
        )
        .select_related("customer__engagement")
        .prefetch_related(primary)
    )
    return paginate(members, ordering=NEWEST_MEMBERS, cursor=cursor, size=size)


def segment_history(
    *, actor: Actor, segment: Segment, cursor: str = "", size: int = PAGE_SIZE
) -> Page[MembershipChange]:
    """Who joined and left, newest first; each with its `customer`. Two queries at most."""
    actor.require(Action.FIND_CUSTOMERS)
    changes = MembershipChange.objects.filter(segment=segment).select_related("customer")
    return paginate(changes, ordering=NEWEST_CHANGES, cursor=cursor, size=size)


def customer_segment_history(
    *, actor: Actor, customer_id: UUID, cursor: str = "", size: int = PAGE_SIZE
) -> Page[MembershipChange]:
    """Which segments a customer joined and left, newest first; each with its `segment`."""
    actor.require(Action.VIEW_CUSTOMER)
    changes = MembershipChange.objects.filter(customer_id=customer_id).select_related("segment")
    return paginate(changes, ordering=NEWEST_CHANGES, cursor=cursor, size=size)


def memberships_of(*, actor: Actor, customer_id: UUID) -> list[SegmentMember]:
    """The segments in use that a customer is in or is kept out of by hand, by name; one query."""
    actor.require(Action.VIEW_CUSTOMER)
    members = SegmentMember.objects.filter(customer_id=customer_id, segment__is_active=True)
    return list(members.select_related("segment").order_by("segment__name", "id"))


def segments_by_customer(
    *, actor: Actor, customer_ids: Collection[UUID]
) -> dict[UUID, list[Segment]]:
    """For a page of a list: the segments in use of each customer, by name; one query."""
    actor.require(Action.FIND_CUSTOMERS)
    members = (
        SegmentMember.objects.filter(
            customer_id__in=list(customer_ids)[:MOST_CUSTOMERS],
            how__in=MEMBERS,
            segment__is_active=True,
        )
        .select_related("segment")
        .order_by("segment__name", "id")
    )
    found: dict[UUID, list[Segment]] = {}
    for member in members:
        found.setdefault(member.customer_id, []).append(member.segment)
    return found


def preview_rules(*, actor: Actor, rules: Any) -> Preview:
    """Whom the rules would mean now, people's own decisions left out.

    Raises InvalidInput at `rules`, and Unavailable where counting takes more than five seconds.
    """
    actor.require(Action.MANAGE_SEGMENTS)
    customers = matching_customers(read_rules(rules), moment_of(actor.company))
    try:
        with transaction.atomic():
            before = _limit_statements(str(PREVIEW_MILLISECONDS))
            found = Preview(
                count=customers.count(),
                customers=list(customers.order_by("name_sort", "id")[:SHOWN_IN_PREVIEW]),
            )
            _limit_statements(before)
            return found
    except OperationalError:
        raise Unavailable(
            "Counting this takes too long. Save the segment: it is filled in the background."
        ) from None


def _limit_statements(limit: str) -> str:
    """Set how long a statement of this transaction may take; returns what it was before."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
    return str(before)
