"""Runs of auto-merge: dry ones list, real ones merge, all can be stopped and gone on with."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from crm.celery import app
from crm.models import AuditEvent
from crm.outbox import drain
from crm.roles import Role
from customers.models import AutoMergeItem, AutoMergeRun, Customer, DuplicateCandidate, Merge
from customers.models.auto_merge import AutoMergeOutcome, AutoMergeState
from customers.models.duplicate import CandidateState
from customers.models.merge import MergeOrigin
from customers.services.auto_merge import ask_run, cancel_run, resume_run, switch_off, switch_on
from customers.services.auto_merge_proof import NO_PROOF
from customers.services.auto_merge_run import SWITCHED_OFF, run_auto_merge
from customers.tasks import begin_auto_merges, run_auto_merges, sweep_auto_merges
from tests.factories.candidates import make_candidate, make_pair
from tests.factories.customers import make_customer
from tests.factories.reviews import make_reviews
from tests.worlds import World


def sure_pair(world: World, number: int, *, bits: float) -> DuplicateCandidate:
    """Two records with one name and one private e-mail."""
    email = f"ana{number}@example.com"
    one = make_customer(world.system(), name="Ana Costa", email=email)
    other = make_customer(world.system(), name="Ana Costa", email=email, share=True)
    return make_candidate(one, other, bits=bits)


def started(world: World, *, is_dry: bool = False) -> AutoMergeRun:
    return ask_run(actor=world.actor(Role.ADMIN), is_dry=is_dry)


def work(world: World, run: AutoMergeRun, *, stop_after: int = 0) -> AutoMergeRun:
    """Work at the run; with `stop_after` somebody stops it after so many steps."""
    steps = 0

    def step(_: AutoMergeRun) -> None:
        nonlocal steps
        steps += 1
        if steps == stop_after:
            cancel_run(actor=world.actor(Role.ADMIN), run_id=run.pk)

    run_auto_merge(company_id=world.company.pk, run_id=run.pk, on_progress=step)
    run.refresh_from_db()
    return run


@pytest.fixture
def switched_on(acme: World) -> World:
    make_reviews(acme, 200)
    switch_on(actor=acme.actor(Role.ADMIN))
    return acme


def test_a_dry_run_lists_and_changes_nothing(acme: World) -> None:
    sure = sure_pair(acme, 1, bits=14.0)
    unproven = make_pair(acme, bits=12.0)
    make_pair(acme, bits=9.0)
    run = work(acme, started(acme, is_dry=True))
    assert (run.state, run.total, run.done) == (AutoMergeState.DONE, 2, 2)
    assert (run.merged, run.skipped) == (1, 1)
    items = AutoMergeItem.objects.order_by("id").values_list("left_id", "outcome", "reason")
    assert list(items) == [
        (sure.left_id, AutoMergeOutcome.WOULD_MERGE, ""),
        (unproven.left_id, AutoMergeOutcome.SKIPPED, NO_PROOF),
    ]
    assert not Merge.objects.exists()
    assert AuditEvent.objects.get(action="automergerun.done").new["merged"] == 1


def test_a_real_run_merges_pair_by_pair_not_whole_components(switched_on: World) -> None:
    world = switched_on
    first = sure_pair(world, 1, bits=15.0)
    third = make_customer(world.system(), name="Ana Costa", email="ana1@example.com", share=True)
    chained = make_candidate(first.left, third, bits=14.0)
    second = sure_pair(world, 2, bits=13.0)
    run = work(world, started(world))
    # The first pair's e-mail is held by three people, so only the second pair is proven.
    assert (run.state, run.merged, run.skipped) == (AutoMergeState.DONE, 1, 2)
    merge = Merge.objects.get()
    assert (merge.origin, merge.merged_by) == (MergeOrigin.MACHINE, "Auto-merge")
    assert AutoMergeItem.objects.get(outcome=AutoMergeOutcome.MERGED).merge == merge
    assert {merge.survivor_id} < {second.left_id, second.right_id}
    states = dict(DuplicateCandidate.objects.values_list("pk", "state"))
    assert states == {
        first.pk: CandidateState.OPEN,
        chained.pk: CandidateState.OPEN,
        second.pk: CandidateState.MERGED,
    }


def test_stopped_and_gone_on_with(switched_on: World) -> None:
    world = switched_on
    for number, bits in enumerate((15.0, 15.0, 12.0)):
        sure_pair(world, number, bits=bits)
    run = work(world, started(world), stop_after=1)
    assert (run.state, run.total, run.done) == (AutoMergeState.CANCELLED, 3, 1)
    resume_run(actor=world.actor(Role.ADMIN), run_id=run.pk)
    run = work(world, run)
    assert (run.state, run.done, run.merged) == (AutoMergeState.DONE, 3, 3)
    assert Merge.objects.count() == AutoMergeItem.objects.count() == 3


def test_it_ends_when_it_is_switched_off_meanwhile(switched_on: World) -> None:
    world = switched_on
    sure_pair(world, 1, bits=15.0)
    run = started(world)
    switch_off(actor=world.actor(Role.ADMIN))
    run = work(world, run)
    assert (run.state, run.error) == (AutoMergeState.CANCELLED, SWITCHED_OFF)
    assert not Merge.objects.exists()


def test_what_the_merge_refuses_is_left_to_people(
    switched_on: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = switched_on
    pair = sure_pair(world, 1, bits=15.0)

    def edited_meanwhile(pairs: object) -> list[str]:
        """Somebody saves one of them after the pair was read and before it is merged."""
        Customer.objects.filter(pk=pair.left_id).update(version=9)
        return [""]

    monkeypatch.setattr("customers.services.auto_merge_run.reasons_not_to_merge", edited_meanwhile)
    run = work(world, started(world))
    assert (run.merged, run.skipped) == (0, 1)
    assert AutoMergeItem.objects.get().reason
    assert not Merge.objects.exists()


def test_a_dead_worker_is_followed_and_a_living_one_left_alone(acme: World) -> None:
    run = started(acme, is_dry=True)
    AutoMergeRun.objects.update(state=AutoMergeState.RUNNING, heartbeat_at=timezone.now())
    assert run_auto_merge(company_id=acme.company.pk, run_id=run.pk) is None
    assert sweep_auto_merges() == 0
    AutoMergeRun.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=61))
    assert sweep_auto_merges() == 1
    run.refresh_from_db()
    assert run.state == AutoMergeState.DONE


def test_a_run_that_kills_its_workers_fails(acme: World) -> None:
    run = started(acme, is_dry=True)
    AutoMergeRun.objects.update(attempts=5)
    run_auto_merges(acme.company.pk, str(run.pk))
    run.refresh_from_db()
    assert run.state == AutoMergeState.FAILED


def test_the_night_asks_where_it_is_on(switched_on: World, globex: World) -> None:
    assert begin_auto_merges() == 1
    assert not AutoMergeRun.objects.get().is_dry
    assert begin_auto_merges() == 0  # one at a time


def test_the_event_of_a_start_is_handled(committed: None, acme: World) -> None:
    with acme.inside():
        run = started(acme, is_dry=True)
    assert drain(acme.company.pk) >= 1
    with acme.inside():
        assert AutoMergeRun.objects.get() == run


def test_the_schedule_names_tasks_that_there_are() -> None:
    app.loader.import_default_modules()
    for name in ("begin-auto-merges", "sweep-auto-merges", "count-data-problems"):
        assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in app.tasks
