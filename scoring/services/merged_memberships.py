"""Segments of records that are merged: a decision by hand beats a rule."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, F
from django.db.models.functions import Greatest

from crm.actors import Actor
from customers.merging.journal import Journal, write_rows
from customers.merging.relations import relation_of
from customers.merging.settlers import Nothing, Participants
from customers.models.merge import MoveKind
from scoring.models import Membership, Segment, SegmentMember

RELATION = "scoring.SegmentMember.customer"


class MembershipSettler(Nothing):
    """Keeps one row a segment, and the segments' numbers of members."""

    def before_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """Let the row that stays say what a hand decided; the others go into the journal."""
        changes = _by_hand(participants.ids)
        journal.put_aside_twins(relation_of(RELATION), participants=participants.ids)
        journal.note(
            relation=RELATION,
            kind=MoveKind.CHANGED,
            rows=[
                (kept.pk, {name: getattr(kept, name) for name in new}, new) for kept, new in changes
            ],
        )
        rows = [{"id": kept.pk, **new} for kept, new in changes]
        write_rows(SegmentMember._meta.db_table, rows)

    def watch(self, customer_ids: Collection[UUID]) -> Callable[[], None]:
        """Each segment has as many members more or less as these customers make."""
        before = _members(customer_ids)

        def settle() -> None:
            after = _members(customer_ids)
            for segment_id in sorted(set(before) | set(after)):
                difference = after.get(segment_id, 0) - before.get(segment_id, 0)
                if difference:
                    members = Greatest(F("members") + difference, 0)
                    Segment.objects.filter(pk=segment_id).update(members=members)

        return settle


def _by_hand(customer_ids: list[UUID]) -> list[tuple[SegmentMember, dict[str, Any]]]:
    """Rows that stay though a rule made them, and what a hand says instead."""
    place = {pk: number for number, pk in enumerate(customer_ids)}
    rows = SegmentMember.objects.filter(customer_id__in=customer_ids).order_by("pk")
    by_segment: dict[UUID, list[SegmentMember]] = {}
    for row in sorted(rows, key=lambda one: (place[one.customer_id], one.pk)):
        by_segment.setdefault(row.segment_id, []).append(row)
    changes = []
    for kept, *others in by_segment.values():
        decided = next((one for one in others if one.how != Membership.RULE), None)
        if kept.how == Membership.RULE and decided is not None:
            changes.append((kept, {"how": decided.how, "since": decided.since}))
    return changes


def _members(customer_ids: Collection[UUID]) -> dict[UUID, int]:
    rows = SegmentMember.objects.filter(customer_id__in=customer_ids)
    rows = rows.exclude(how=Membership.KEPT_OUT).order_by()
    return dict(rows.values_list("segment_id").annotate(number=Count("pk")))
