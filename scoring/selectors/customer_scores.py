"""One customer's score with its reasons, segments, orders and ledger, for the card and pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from crm.actors import Actor
from crm.errors import NotFound
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from customers.models import Customer
from scoring.models import (
    Engagement,
    Membership,
    Order,
    QuintileScore,
    QuintileSegment,
    RuleSet,
    ScoreChange,
    Segment,
)
from scoring.score_words import Activity, Reason, activity_of, reasons_for
from scoring.selectors.company_day import company_day
from scoring.selectors.matching import moment_of

LATEST = 3
NEWEST_ORDERS = Ordering("newest", "ordered_at", descending=True)
NEWEST_CHANGES = Ordering("newest", "at", descending=True)


@dataclass(frozen=True, kw_only=True)
class Worth:
    """How good a customer is, and why. `rules` are those in force, or the standard.

    `quintile` names the segment of the second rule set where the company shows it, else is empty.
    """

    engagement: Engagement
    rules: RuleSet
    reasons: Sequence[Reason]
    activity: Activity
    quintile: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A segment, and how the customer stands to it (`how` is empty: no member)."""

    segment: Segment
    how: str

    @property
    def is_member(self) -> bool:
        """By rule or by hand."""
        return self.how in (Membership.RULE, Membership.ADDED)

    @property
    def by_hand(self) -> bool:
        """Whether somebody decided it, so that it can be taken back."""
        return self.how in (Membership.ADDED, Membership.KEPT_OUT)


def worth_of(*, actor: Actor, customer_id: UUID) -> Worth:
    """The score of one customer in two queries, three with quintiles. Raises NotFound."""
    actor.require(Action.VIEW_CUSTOMER)
    engagement = (
        Engagement.objects.select_related("customer")
        .filter(company=actor.company, customer_id=customer_id)
        .first()
    )
    if engagement is None:
        raise NotFound
    rules = moment_of(actor.company).rule_set
    today, zone = company_day(actor), actor.company.zone
    return Worth(
        engagement=engagement,
        rules=rules,
        reasons=reasons_for(
            engagement, rules, today=today, zone=zone, currency=actor.company.currency
        ),
        activity=activity_of(
            engagement.last_order_at,
            engagement.customer.created_at,
            rules,
            today=today,
            zone=zone,
        ),
        quintile=_quintile(customer_id) if rules.shows_quintiles else "",
    )


def latest_orders(*, actor: Actor, customer_id: UUID, limit: int = LATEST) -> list[Order]:
    """The newest orders that were not removed, without their raw data."""
    actor.require(Action.VIEW_ORDERS)
    orders = Order.objects.filter(customer_id=customer_id, removed_at__isnull=True).defer("raw")
    return list(orders.order_by("-ordered_at", "-id")[:limit])


def orders_of(
    *, actor: Actor, customer_id: UUID, cursor: str = "", size: int = PAGE_SIZE
) -> Page[Order]:
    """All orders of a customer, newest first. Raises InvalidInput for a damaged cursor."""
    actor.require(Action.VIEW_ORDERS)
    orders = Order.objects.filter(customer_id=customer_id, removed_at__isnull=True).defer("raw")
    return paginate(orders, ordering=NEWEST_ORDERS, cursor=cursor, size=size)


def ledger_of(
    *, actor: Actor, customer_id: UUID, cursor: str = "", size: int = PAGE_SIZE
) -> Page[ScoreChange]:
    """Every change of a customer's score, newest first."""
    actor.require(Action.VIEW_CUSTOMER)
    changes = ScoreChange.objects.filter(customer_id=customer_id)
    return paginate(changes, ordering=NEWEST_CHANGES, cursor=cursor, size=size)


def live_customer(*, actor: Actor, customer_id: UUID) -> Customer:
    """The customer whose page it is. Raises NotFound, also for merged and deleted ones."""
    actor.require(Action.VIEW_CUSTOMER)
    customer = Customer.objects.live().filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    return customer


def places_of(*, actor: Actor, customer_id: UUID) -> list[Place]:
    """All segments in use, with the customer's place in each; one query."""
    actor.require(Action.VIEW_CUSTOMER)
    segments = (
        Segment.objects.filter(company=actor.company, is_active=True)
        .annotate(
            place=FilteredRelation(
                "memberships", condition=Q(memberships__customer_id=customer_id)
            ),
            how=F("place__how"),
        )
        .order_by("name", "id")
    )
    return [Place(segment=segment, how=segment.how or "") for segment in segments]


def _quintile(customer_id: UUID) -> str:
    found = QuintileScore.objects.filter(customer_id=customer_id).only("segment").first()
    return str(QuintileSegment(found.segment).label) if found else ""
