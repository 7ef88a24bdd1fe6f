"""Who is in a segment: evaluating rules, and the decisions of people that rules never override.

Rules are evaluated by one statement a segment, which writes the differences only and tells each of
them in MembershipChange. The segment's row is locked first, so two evaluations never count twice.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.roles import Action
from customers.merging.retrying import begin_again
from customers.models.customer import RecordState
from customers.services.live_customer import require_live_customer
from scoring.models import Membership, MembershipChange, Segment, SegmentMember
from scoring.segments.rules import Group, read_rules
from scoring.selectors.matching import Moment, matching_customers, moment_of

log = logging.getLogger(__name__)
NOBODY = "SELECT NULL::uuid AS id WHERE false"
# `matching` is compiled by Django from a checked rule; every value of it is a parameter.
_DIFFERENCES = """
WITH wanted (id) AS MATERIALIZED ({matching}),
gone AS (
    DELETE FROM scoring_segmentmember member
     WHERE member.segment_id = %s AND member.how = 'rule'
       AND (%s OR member.customer_id = ANY(%s::uuid[]))
       AND NOT EXISTS (SELECT FROM wanted WHERE wanted.id = member.customer_id)
    RETURNING member.customer_id),
came AS (
    INSERT INTO scoring_segmentmember (company_id, segment_id, customer_id, how, since)
    SELECT %s, %s, wanted.id, 'rule', %s FROM wanted
     WHERE NOT EXISTS (SELECT FROM scoring_segmentmember member
                        WHERE member.segment_id = %s AND member.customer_id = wanted.id)
    RETURNING customer_id),
told AS (
    INSERT INTO scoring_membershipchange
           (company_id, segment_id, customer_id, at, joined, how, by_name)
    SELECT %s, %s, change.customer_id, %s, change.joined, 'rule', %s
      FROM (SELECT customer_id, true AS joined FROM came
            UNION ALL SELECT customer_id, false FROM gone) change)
SELECT (SELECT count(*) FROM came), (SELECT count(*) FROM gone)
"""


@dataclass(frozen=True)
class Evaluation:
    """How many an evaluation let in and out."""

    joined: int
    left: int


@transaction.atomic
def evaluate_segment(*, actor: Actor, segment_id: UUID, now: datetime | None = None) -> Evaluation:
    """Ask the rules of a segment about every customer of the company.

    Nothing happens to a segment without rules or out of use. Raises NotFound.
    """
    actor.require(Action.MANAGE_SEGMENTS)
    at = now or timezone.now()
    return begin_again(lambda: _evaluate_everybody(actor, segment_id, at))


@transaction.atomic
def evaluate_customers(
    *, actor: Actor, customer_ids: Sequence[UUID], now: datetime | None = None
) -> Evaluation:
    """Ask the rules of every segment about these customers; two statements a segment.

    For customers that changed; at most a thousand at a time.
    """
    actor.require(Action.MANAGE_SEGMENTS)
    at = now or timezone.now()
    return begin_again(lambda: _evaluate_some(actor, list(customer_ids), at))


def on_segment_changed(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: a segment is new or its rules changed."""
    evaluate_segment(actor=actor, segment_id=UUID(payload["segment_id"]))


# A merge holds its customers and then the segments; an evaluation the other way round, as members
# refer to customers. Where they meet, one of them begins again.
def _evaluate_everybody(actor: Actor, segment_id: UUID, now: datetime) -> Evaluation:
    segment = _lock(segment_id)
    found = Evaluation(0, 0)
    if segment.is_active and segment.rules is not None:
        found = _evaluate(actor, segment, moment_of(actor.company, now=now), now, None)
    members = SegmentMember.objects.filter(
        segment=segment, customer__record_state=RecordState.ACTIVE
    ).exclude(how=Membership.KEPT_OUT)
    Segment.objects.filter(pk=segment.pk).update(members=members.count(), evaluated_at=now)
    return found


def _evaluate_some(actor: Actor, customer_ids: list[UUID], now: datetime) -> Evaluation:
    moment = moment_of(actor.company, now=now)
    joined = left = 0
    segments = Segment.objects.filter(is_active=True, rules__isnull=False).order_by("id")
    for segment in segments.select_for_update(no_key=True):
        found = _evaluate(actor, segment, moment, now, customer_ids)
        joined, left = joined + found.joined, left + found.left
        _count(segment, found.joined - found.left)
    return Evaluation(joined, left)


@transaction.atomic
def add_member(*, actor: Actor, segment_id: UUID, customer_id: UUID) -> None:
    """A person puts a customer into a segment; rules do not take them out again.

    Raises NotFound, and Conflict for a merged or deleted customer.
    """
    _decide(actor, segment_id, customer_id, Membership.ADDED)


@transaction.atomic
def keep_out(*, actor: Actor, segment_id: UUID, customer_id: UUID) -> None:
    """A person keeps a customer out of a segment, whatever the rules say.

    Raises NotFound, and Conflict for a merged or deleted customer.
    """
    _decide(actor, segment_id, customer_id, Membership.KEPT_OUT)


@transaction.atomic
def take_back(*, actor: Actor, segment_id: UUID, customer_id: UUID) -> None:
    """Take a person's decision back: the rules decide again, at once.

    Raises NotFound, and Conflict where nobody decided by hand.
    """
    actor.require(Action.MANAGE_SEGMENTS)
    segment = _lock(segment_id)
    member = SegmentMember.objects.filter(
        segment=segment, customer_id=customer_id, how__in=(Membership.ADDED, Membership.KEPT_OUT)
    ).first()
    if member is None:
        raise Conflict("Nobody decided this by hand, so there is nothing to take back.")
    now = timezone.now()
    was_in = member.how == Membership.ADDED
    is_in = _rules_say(actor, segment, customer_id, now)
    if is_in:
        SegmentMember.objects.filter(pk=member.pk).update(how=Membership.RULE, since=now)
    else:
        SegmentMember.objects.filter(pk=member.pk).delete()
    _tell(actor, segment, customer_id, was_in, is_in, Membership(member.how), now)
    _audit(actor, segment, customer_id, Membership(member.how), None)


def _decide(actor: Actor, segment_id: UUID, customer_id: UUID, how: Membership) -> None:
    actor.require(Action.MANAGE_SEGMENTS)
    require_live_customer(customer_id, lock=True)
    segment = _lock(segment_id)
    now = timezone.now()
    member = SegmentMember.objects.filter(segment=segment, customer_id=customer_id).first()
    before = Membership(member.how) if member else None
    if before is how:
        return
    was_in = before in (Membership.RULE, Membership.ADDED)
    if member is None:
        SegmentMember.objects.create(
            company=actor.company, segment=segment, customer_id=customer_id, how=how, since=now
        )
    else:
        since = member.since if was_in and how is Membership.ADDED else now
        SegmentMember.objects.filter(pk=member.pk).update(how=how, since=since)
    _tell(actor, segment, customer_id, was_in, how is Membership.ADDED, how, now)
    _audit(actor, segment, customer_id, before, how)


def _rules_say(actor: Actor, segment: Segment, customer_id: UUID, now: datetime) -> bool:
    rules = _stored_rules(segment) if segment.is_active else None
    if rules is None:
        return False
    matching = matching_customers(rules, moment_of(actor.company, now=now))
    return matching.filter(pk=customer_id).exists()


def _lock(segment_id: UUID) -> Segment:
    segment = Segment.objects.select_for_update(no_key=True).filter(pk=segment_id).first()
    if segment is None:
        raise NotFound("There is no such segment.")
    return segment


def _stored_rules(segment: Segment) -> Group | None:
    """The rules as they were saved; None where there are none, or none that are understood now.

    A field may leave the language. Then the members stay as they are, and the other segments are
    not kept from theirs.
    """
    if segment.rules is None:
        return None
    try:
        return read_rules(segment.rules)
    except InvalidInput:
        log.error("rules of a segment are not understood", extra={"segment_id": str(segment.pk)})
        return None


def _evaluate(
    actor: Actor, segment: Segment, moment: Moment, now: datetime, only: list[UUID] | None
) -> Evaluation:
    rules = _stored_rules(segment)
    if rules is None:
        return Evaluation(0, 0)
    customers = matching_customers(rules, moment)
    if only is not None:
        customers = customers.filter(pk__in=only)
    matching: tuple[str, tuple[Any, ...]]
    try:
        matching = customers.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        matching = (NOBODY, ())
    company_id, segment_id = actor.company.pk, segment.pk
    values = [
        *matching[1],
        *(segment_id, only is None, only or []),
        *(company_id, segment_id, now, segment_id),
        *(company_id, segment_id, now, actor.name[:200]),
    ]
    statement = _DIFFERENCES.format(matching=matching[0])
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        joined, left = cursor.fetchone()
    return Evaluation(joined, left)


def _tell(
    actor: Actor,
    segment: Segment,
    customer_id: UUID,
    was_in: bool,
    is_in: bool,
    how: Membership,
    now: datetime,
) -> None:
    if was_in is is_in:
        return
    MembershipChange.objects.bulk_create(
        [
            MembershipChange(
                company=actor.company,
                segment=segment,
                customer_id=customer_id,
                at=now,
                joined=is_in,
                how=how,
                by_name=actor.name[:200],
            )
        ]
    )
    _count(segment, 1 if is_in else -1)


def _count(segment: Segment, change: int) -> None:
    if change:
        members = Greatest(F("members") + change, 0)
        Segment.objects.filter(pk=segment.pk).update(members=members)


def _audit(
    actor: Actor,
    segment: Segment,
    customer_id: UUID,
    before: Membership | None,
    after: Membership | None,
) -> None:
    audit.record(
        actor=actor,
        action="segment.member_decided",
        subject=segment,
        old={"customer_id": customer_id, "how": before},
        new={"customer_id": customer_id, "how": after},
    )
