"""Customers by what they are worth: closed filters, closed orderings, any depth at one cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from customers.models import ContactPoint
from scoring.models import Band, Engagement, QuintileScore, RuleSet, SegmentMember
from scoring.score_words import Activity
from scoring.selectors.company_day import company_day, midnight
from scoring.selectors.matching import moment_of
from scoring.selectors.segments import MEMBERS

ORDERINGS: Mapping[str, Ordering] = {
    "score": Ordering("score", "score", descending=True),
    "net": Ordering("net", "net", descending=True),
    "last_order": Ordering("last_order", "last_order_at", descending=True, nulls_last=True),
}
DEFAULT_ORDERING = "score"
MOST_COUNTED = 1001
LOWEST_POINTS, HIGHEST_POINTS = 1, 5


@dataclass(frozen=True, kw_only=True)
class RankingFilters:
    """What the list is narrowed to; an empty value does not narrow."""

    band: str = ""
    activity: str = ""
    segment_id: UUID | None = None
    recency: int | None = None
    frequency: int | None = None
    quintile: str = ""


def rank_customers(
    *,
    actor: Actor,
    filters: RankingFilters | None = None,
    ordering: str = DEFAULT_ORDERING,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Page[Engagement]:
    """One page in four queries at most; each row has `customer`, with its `primary_points`.

    By last order only those who ordered are listed. Raises InvalidInput for a value that is not on
    its list and for a damaged cursor.
    """
    actor.require(Action.FIND_CUSTOMERS)
    if ordering not in ORDERINGS:
        raise InvalidInput.field("ordering", "Choose one of the orders on the list.")
    rows = ranked(actor=actor, filters=filters or RankingFilters(), ordering=ordering)
    primary = Prefetch(
        "customer__contact_points",
        queryset=ContactPoint.objects.filter(is_primary=True),
        to_attr="primary_points",
    )
    found = rows.select_related("customer").prefetch_related(primary)
    return paginate(found, ordering=ORDERINGS[ordering], cursor=cursor, size=size)


def count_ranked(
    *, actor: Actor, filters: RankingFilters | None = None, most: int = MOST_COUNTED
) -> int:
    """How many there are; `most` stands for “that many or more”."""
    actor.require(Action.FIND_CUSTOMERS)
    rows = ranked(actor=actor, filters=filters or RankingFilters(), ordering=DEFAULT_ORDERING)
    return rows.order_by().values("pk")[:most].count()


def ranked(*, actor: Actor, filters: RankingFilters, ordering: str) -> QuerySet[Engagement]:
    """The live customers that the filters leave, unsorted."""
    rows = Engagement.objects.filter(company=actor.company, is_live=True)
    if filters.band or filters.activity or filters.recency or filters.frequency:
        rows = rows.filter(_by_rules(actor, filters, moment_of(actor.company).rule_set))
    if ordering == "last_order":
        rows = rows.filter(last_order_at__isnull=False)
    if filters.recency:
        rows = rows.filter(recency=filters.recency)
    if filters.frequency:
        rows = rows.filter(frequency=filters.frequency)
    if filters.segment_id is not None:
        members = SegmentMember.objects.filter(
            segment_id=filters.segment_id, customer_id=OuterRef("pk"), how__in=MEMBERS
        )
        rows = rows.filter(Exists(members))
    if filters.quintile:
        of_segment = QuintileScore.objects.filter(
            customer_id=OuterRef("pk"), segment=filters.quintile
        )
        rows = rows.filter(Exists(of_segment))
    return rows


def _by_rules(actor: Actor, filters: RankingFilters, rules: RuleSet) -> Q:
    wanted = _span_of_points(filters, rules)
    if filters.frequency == 1 and rules.frequency[-1] == 1:
        # They never ordered. By net they stand behind everybody who did: the index leads there.
        wanted &= Q(net=0)
    if filters.band:
        # A span of scores, so that the index on the score serves; the band itself makes it exact.
        spans = {
            Band.HOT: Q(score__gte=rules.hot_from),
            Band.WARM: Q(score__gte=rules.warm_from, score__lt=rules.hot_from),
            Band.COOL: Q(score__gte=rules.cool_from, score__lt=rules.warm_from),
            Band.COLD: Q(score__lt=rules.cool_from),
        }
        if filters.band not in spans:
            raise InvalidInput.field("band", "Choose one of the bands on the list.")
        wanted &= spans[Band(filters.band)] & Q(band=filters.band)
    if filters.activity:
        today = company_day(actor)
        active = midnight(actor, today - timedelta(days=rules.active_days))
        dormant = midnight(actor, today - timedelta(days=rules.dormant_days))
        new = midnight(actor, today - timedelta(days=rules.new_days))
        never = Q(last_order_at__isnull=True)
        lowest = rules.weight_recency + rules.weight_frequency + rules.weight_monetary
        states = {
            Activity.ACTIVE: Q(last_order_at__gte=active),
            Activity.INACTIVE: Q(last_order_at__lt=active, last_order_at__gte=dormant)
            | (never & Q(customer__created_at__lt=new)),
            Activity.DORMANT: Q(last_order_at__lt=dormant),
            # Who never ordered has the lowest score: the index on the score leads there at once.
            Activity.NEW: never & Q(score=lowest, customer__created_at__gte=new),
        }
        if filters.activity not in list(Activity):
            raise InvalidInput.field("activity", "Choose one of the values on the list.")
        wanted &= states[Activity(filters.activity)]
    return wanted


def _span_of_points(filters: RankingFilters, rules: RuleSet) -> Q:
    """The scores that somebody with these points can have: the index on the score begins and ends
    there, and the points behind it in the index leave out the others."""
    if not (filters.recency or filters.frequency):
        return Q()
    given = (
        (rules.weight_recency, filters.recency),
        (rules.weight_frequency, filters.frequency),
        (rules.weight_monetary, None),
    )
    lowest = sum(weight * (points or LOWEST_POINTS) for weight, points in given)
    highest = sum(weight * (points or HIGHEST_POINTS) for weight, points in given)
    return Q(score__gte=lowest, score__lte=highest)


def score_cells(*, actor: Actor, customer_ids: Sequence[UUID]) -> Mapping[UUID, Engagement]:
    """The scores of a page of customers, in one query."""
    actor.require(Action.FIND_CUSTOMERS)
    rows = Engagement.objects.filter(company=actor.company, customer_id__in=list(customer_ids))
    return {row.customer_id: row for row in rows.only("customer_id", "score", "band")}
