"""Making separate records again of what a merge had made one, at any time (docs/merging.md)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.roles import Action
from customers.merging.putting_back import put_back
from customers.merging.retrying import begin_again
from customers.merging.settlers import settler_of
from customers.merging.standing import standing_merge
from customers.merging.undo_plan import POINTS, UndoPlan, plan_undo
from customers.merging.unwinding import HOLDER
from customers.models import Customer, Merge, MergedRecord
from customers.models.duplicate import Verdict
from customers.models.merge import MergeState
from customers.services.customer_fields import clean_line
from customers.services.match_decisions import decide

MOST_REPORTED = 200
NOTHING: Mapping[str, str] = {}


def undo_merge(
    *,
    actor: Actor,
    merge_id: UUID,
    goes_to: Mapping[str, str] = NOTHING,
    reason: str = "",
) -> Merge:
    """Give every row back to the record that it came from; the pairs are no duplicates from now on.

    What people changed since keeps its newer value. `goes_to` answers `ChangeSince.key` by one of
    its options; the default answers are those of `preview_undo`. It does not matter what was merged
    or undone in the meantime.

    Raises Forbidden, NotFound, InvalidInput for an answer on no list, and Conflict: `undone` when
    it was undone already, `busy` when others keep changing the same customers.
    """
    actor.require(Action.MERGE_CUSTOMERS)
    reason = clean_line("reason", reason)

    def work() -> Merge:
        standing = standing_merge(merge_id, lock=True)
        plan = plan_undo(
            merge=standing.merge,
            records=standing.records,
            restored=standing.restored,
            end_id=standing.end_id,
            goes_to=goes_to,
            lock=True,
        )
        return _undo(actor, plan, reason)

    return begin_again(work)


def _undo(actor: Actor, plan: UndoPlan, reason: str) -> Merge:
    concerned = [plan.end.pk, *(one.pk for one in plan.restored)]
    ended = [settler_of(rows.relation.policy.settled_by).watch(concerned) for rows in plan.rows]
    newly_shared = _newly_shared(plan)
    MergedRecord.objects.filter(merge=plan.merge).update(stands=False)
    put_back(plan)
    for end in ended:
        end()
    merge = plan.merge
    merge.state = MergeState.UNDONE
    merge.undone_at = timezone.now()
    merge.undone_by = actor.name[:200]
    merge.undo_reason = reason
    merge.undo_report = _report(plan)
    merge.save(
        update_fields=[
            "state", "undone_at", "undone_by", "undo_reason", "undo_report", "updated_at",
        ]
    )  # fmt: skip
    _tell(actor, plan, newly_shared, reason)
    for one in plan.restored:
        decide(
            actor=actor,
            left_id=plan.survivor.pk,
            right_id=one.pk,
            verdict=Verdict.NOT_DUPLICATE,
            reason=reason or "The merge was undone.",
        )
    return merge


def _newly_shared(plan: UndoPlan) -> dict[Model, dict[str, Any]]:
    """Other customers whose number is shared from now on, with what the trail says of it."""
    rows = plan.rows_of(POINTS)
    known = {str(pk) for pk in (plan.end.pk, *(one.pk for one in plan.restored))}
    marked = {
        str(row[HOLDER]): row
        for row_id, row in rows.final.items()
        if str(row[HOLDER]) not in known and not rows.current[row_id]["is_shared"]
    }
    return {
        one: {"is_shared": True, "kind": marked[str(one.pk)]["kind"],
              "value": marked[str(one.pk)]["value"]}
        for one in Customer.objects.filter(pk__in=list(marked))
    }  # fmt: skip


def _report(plan: UndoPlan) -> dict[str, object]:
    shown = plan.changes[:MOST_REPORTED]
    return {
        "exact": plan.is_exact,
        "changes": [{"key": one.key, "kind": one.kind, "chosen": one.chosen} for one in shown],
        "more": len(plan.changes) - len(shown),
    }


def _tell(
    actor: Actor, plan: UndoPlan, newly_shared: dict[Model, dict[str, Any]], reason: str
) -> None:
    restored = [one.pk for one in plan.restored]
    fact = {
        "merge": plan.merge.pk,
        "survivor": plan.survivor.pk,
        "restored": restored,
        "from": str(plan.survivor),
        "people": [str(one) for one in plan.restored],
    }
    put = {
        name: value
        for row in plan.own_fields.changed()
        for name, value in row.items()
        if name != "id"
    }
    before = plan.own_fields.current.get(str(plan.survivor.pk), {})
    audit.record_many(
        actor=actor,
        action="customer.unmerged",
        subjects={plan.survivor: {**fact, **put}, **dict.fromkeys(plan.restored, fact)},
        old={plan.survivor: {name: before[name] for name in put}},
        reason=reason,
    )
    if newly_shared:
        audit.record_many(
            actor=actor, action="customer.contact_shared", subjects=newly_shared, reason=reason
        )
    outbox.publish(
        actor=actor,
        topic="customer.unmerged",
        payload={
            "merge": plan.merge.pk,
            "survivor": plan.survivor.pk,
            "restored": restored,
            "customer_ids": [*dict.fromkeys((plan.survivor.pk, plan.end.pk, *restored))],
        },
    )
