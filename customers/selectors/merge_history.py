"""What was merged, by whom, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import Count, Prefetch

from crm.actors import Actor
from crm.errors import InvalidInput, NotFound
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from customers.merging.counting import MoveCount, move_counts
from customers.models import Merge, MergedRecord, MergeMove
from customers.models.merge import MergeOrigin, MergeState, MoveKind

NEWEST = Ordering("newest", "merged_at", descending=True)
NOTHING: Mapping[str, str] = {}
_CLOSED = {"state": MergeState.values, "origin": MergeOrigin.values}


@dataclass(frozen=True, kw_only=True)
class MergeDetail:
    """One merge: `records` are those that it took in, `moves` counts what they brought."""

    merge: Merge
    records: Sequence[MergedRecord]
    moves: Sequence[MoveCount]


def merge_list(
    *,
    actor: Actor,
    filters: Mapping[str, str] = NOTHING,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Page[Merge]:
    """A page of merges, newest first, in three queries; `taken_in` of each are its records.

    `filters` may hold `state` and `origin`. Raises Forbidden, and InvalidInput for a value on no
    list or a damaged cursor.
    """
    actor.require(Action.MERGE_CUSTOMERS)
    wanted = {name: value for name, value in filters.items() if value}
    for name, value in wanted.items():
        if value not in _CLOSED.get(name, ()):
            raise InvalidInput.field(name, "Choose one of the filters on the list.")
    records = MergedRecord.objects.select_related("customer").order_by("pk")
    rows = (
        Merge.objects.filter(**wanted)
        .select_related("survivor")
        .prefetch_related(Prefetch("records", queryset=records, to_attr="taken_in"))
    )
    return paginate(rows, ordering=NEWEST, cursor=cursor, size=size)


def merge_detail(*, actor: Actor, merge_id: UUID) -> MergeDetail:
    """One merge with its records and what moved, in three queries. Raises Forbidden, NotFound."""
    actor.require(Action.MERGE_CUSTOMERS)
    merge = Merge.objects.select_related("survivor").filter(pk=merge_id).first()
    if merge is None:
        raise NotFound
    records = MergedRecord.objects.filter(merge=merge).select_related("customer")
    return MergeDetail(
        merge=merge,
        records=list(records.order_by("pk")),
        moves=list(move_counts(_moved(merge_id))),
    )


def _moved(merge_id: UUID) -> dict[str, dict[UUID, int]]:
    """How many rows came from whom, by relation."""
    lines = MergeMove.objects.filter(
        merge_id=merge_id, kind__in=(MoveKind.MOVED, MoveKind.REMOVED, MoveKind.ARRIVED)
    ).order_by()
    counts: dict[str, dict[UUID, int]] = {}
    grouped = lines.values_list("relation", "before__customer_id").annotate(number=Count("pk"))
    for relation, giver, number in grouped:
        counts.setdefault(cast(str, relation), {})[UUID(giver)] = number
    return counts
