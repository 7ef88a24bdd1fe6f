"""The work of an auto-merge run: pair after pair, the surest first, each with its checkpoint.

One merge is one transaction, so its locks are held for moments and a run that dies has done whole
merges only. One worker is at a run, and another one after it when it dies (crm/claims.py).
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from crm import audit
from crm.actors import Actor, Door, system_actor
from crm.claims import ClaimLost, Claims
from crm.errors import CrmError
from crm.models import Company
from crm.tenancy import use_company
from customers.models import (
    AutoMergeItem,
    AutoMergeRule,
    AutoMergeRun,
    Customer,
    DuplicateCandidate,
    Merge,
)
from customers.models.auto_merge import OPEN_RUNS, AutoMergeOutcome, AutoMergeState
from customers.models.duplicate import CandidateState
from customers.models.merge import MergeOrigin
from customers.selectors.alike_pairs import AlikePair, pairs_with_facts
from customers.selectors.merge_preview import preview_merge
from customers.services.auto_merge_proof import reasons_not_to_merge
from customers.services.merge import merge_customers

DRY_BATCH = 200
NAME = "Auto-merge"
SWITCHED_OFF = "Merging by itself was switched off."
OnProgress = Callable[[AutoMergeRun], None]

runs = Claims(
    model=AutoMergeRun,
    open_states=OPEN_RUNS,
    failed=AutoMergeState.FAILED,
    lease=timedelta(minutes=1),
    place="pair",
)


def run_auto_merge(
    *, company_id: int, run_id: UUID, on_progress: OnProgress | None = None
) -> AutoMergeRun | None:
    """Work at a run to its end, or until somebody stops it; None when others are at it.

    Call it outside of a transaction. A run that dies is taken up a minute later, behind the last
    pair that was done.
    """
    with use_company(company_id):
        run = runs.take(run_id, state=AutoMergeState.RUNNING)
        if run is None:
            return None
        actor = system_actor(Company.objects.get(pk=company_id), door=Door.TASK, name=NAME)
        if run.total is None:
            runs.save(run, total=_waiting(run).count())
    try:
        while True:
            with use_company(company_id):
                if not _goes_on(actor, run):
                    return run
            if on_progress is not None:
                on_progress(run)
    except ClaimLost:
        return None


def _goes_on(actor: Actor, run: AutoMergeRun) -> bool:
    """One step of the run; whether there is another one."""
    if AutoMergeRun.objects.filter(pk=run.pk, cancel_requested=True).exists():
        _end(actor, run, AutoMergeState.CANCELLED)
        return False
    if not run.is_dry and not AutoMergeRule.objects.filter(is_on=True).exists():
        _end(actor, run, AutoMergeState.CANCELLED, error=SWITCHED_OFF)
        return False
    step = list(_waiting(run)[: DRY_BATCH if run.is_dry else 1])
    if not step:
        _end(actor, run, AutoMergeState.DONE)
        return False
    if not run.is_dry:
        _lock(step)
    found = DuplicateCandidate.objects.select_related("left", "right")
    in_step = {one.pk: one for one in found.filter(pk__in=[one.pk for one in step])}
    pairs = pairs_with_facts([in_step[one.pk] for one in step if one.pk in in_step])
    items = [
        _item(actor, run, pair, reason)
        for pair, reason in zip(pairs, reasons_not_to_merge(pairs), strict=True)
    ]
    AutoMergeItem.objects.bulk_create(items, ignore_conflicts=True)
    skipped = sum(item.outcome == AutoMergeOutcome.SKIPPED for item in items)
    runs.save(
        run,
        cursor_bits=step[-1].bits,
        cursor_id=step[-1].pk,
        done=run.done + len(items),
        merged=run.merged + len(items) - skipped,
        skipped=run.skipped + skipped,
    )
    return True


def _item(actor: Actor, run: AutoMergeRun, pair: AlikePair, reason: str) -> AutoMergeItem:
    item = AutoMergeItem(
        company=actor.company,
        run=run,
        left=pair.left.customer,
        right=pair.right.customer,
        bits=pair.candidate.bits,
        outcome=AutoMergeOutcome.WOULD_MERGE if run.is_dry else AutoMergeOutcome.MERGED,
    )
    if not reason and not run.is_dry:
        try:
            with transaction.atomic():
                item.merge = _merge(actor, pair)
        except CrmError as error:
            reason = error.message
    if reason:
        item.outcome, item.reason = AutoMergeOutcome.SKIPPED, reason[:200]
    return item


def _merge(actor: Actor, pair: AlikePair) -> Merge:
    versions = {one.pk: one.version for one in (pair.left.customer, pair.right.customer)}
    survivor_id = preview_merge(actor=actor, customer_ids=list(versions)).survivor_id
    return merge_customers(
        actor=actor,
        survivor_id=survivor_id,
        others=[one for one in versions if one != survivor_id],
        versions=versions,
        reason=f"Merged by itself at {pair.candidate.bits:.1f} bits",
        origin=MergeOrigin.MACHINE,
    )


def _waiting(run: AutoMergeRun) -> QuerySet[DuplicateCandidate]:
    """The open candidates from the threshold up, the surest first, behind the checkpoint."""
    rows = DuplicateCandidate.objects.filter(state=CandidateState.OPEN, bits__gte=run.from_bits)
    if run.cursor_bits is not None:
        behind = Q(bits__lt=run.cursor_bits) | Q(pk__lt=run.cursor_id)
        rows = rows.filter(behind, bits__lte=run.cursor_bits)
    return rows.order_by("-bits", "-pk")


def _lock(step: Sequence[DuplicateCandidate]) -> None:
    """Nobody edits or decides about these between the look and the merge; by id, as always."""
    ids = {one for pair in step for one in (pair.left_id, pair.right_id)}
    list(Customer.objects.filter(pk__in=ids).order_by("pk").select_for_update())


def _end(actor: Actor, run: AutoMergeRun, state: AutoMergeState, *, error: str = "") -> None:
    runs.save(run, state=state, error=error, finished_at=timezone.now())
    audit.record(
        actor=actor,
        action=f"automergerun.{state}",
        subject=run,
        new={name: getattr(run, name) for name in ("is_dry", "done", "merged", "skipped")},
        reason=error,
    )
