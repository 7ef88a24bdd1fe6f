"""A merge that stands, with the records that undoing it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.errors import Conflict, NotFound
from customers.merging.retrying import BeginAgain
from customers.models import Customer, Merge, MergedRecord
from customers.models.merge import MergeState
from customers.selectors.survivors import chain_of


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`chain` leads from the survivor to where it lives now; `records` are all of these."""

    merge: Merge
    restored: Sequence[UUID]
    chain: Sequence[UUID]
    records: dict[UUID, Customer]

    @property
    def end_id(self) -> UUID:
        """Where the survivor lives now: itself, or whom it was merged into."""
        return self.chain[-1]


def standing_merge(merge_id: UUID, *, lock: bool = False) -> Standing:
    """The merge and its records. Raises NotFound, and Conflict `undone`.

    With `lock` the records are taken in the order of their ids, as merging takes them.
    """
    merge = Merge.objects.select_related("survivor").filter(pk=merge_id).first()
    if merge is None:
        raise NotFound
    merged = MergedRecord.objects.filter(merge=merge).order_by("pk")
    restored = list(merged.values_list("customer_id", flat=True))
    chain = chain_of(merge.survivor_id)
    rows = Customer.objects.filter(pk__in={*restored, *chain}).order_by("pk")
    records = {one.pk: one for one in (rows.select_for_update() if lock else rows)}
    if lock:
        merge.refresh_from_db()
        if chain_of(merge.survivor_id) != chain:
            raise BeginAgain
    if merge.state != MergeState.DONE:
        raise Conflict("This merge was undone already.", code="undone")
    return Standing(merge=merge, restored=restored, chain=chain, records=records)
