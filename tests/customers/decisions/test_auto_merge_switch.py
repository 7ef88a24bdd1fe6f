"""When merging by machine may be switched on, and when it switches itself off."""

from math import nan

import pytest
from django.utils import timezone

from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import AutoMergeRule, AutoMergeRun, MatchDecision, Merge
from customers.models.auto_merge import AutoMergeState
from customers.models.duplicate import Verdict
from customers.models.merge import MergeOrigin, MergeState
from customers.services.auto_merge import (
    ask_run,
    cancel_run,
    resume_run,
    switch_off,
    switch_on,
    watch_precision,
)
from tests.factories.customers import make_customer
from tests.factories.reviews import make_reviews
from tests.worlds import World


def test_it_takes_two_hundred_reviews(acme: World) -> None:
    admin = acme.actor(Role.ADMIN)
    make_reviews(acme, 199)
    with pytest.raises(Conflict, match="199 pairs of this score") as error:
        switch_on(actor=admin)
    assert error.value.code == "not_proven"
    make_reviews(acme, 1)
    rule = switch_on(actor=admin)
    assert rule.is_on
    assert rule.on_since is not None
    event = AuditEvent.objects.get(action="automergerule.switched_on")
    assert event.new == {"is_on": True, "from_bits": 10.0}
    assert OutboxEvent.objects.filter(topic="automerge.switched").count() == 1


def test_one_mistake_in_two_hundred_is_one_too_many(acme: World) -> None:
    make_reviews(acme, 199)
    make_reviews(acme, 1, verdict=Verdict.HOUSEHOLD, bits=11.0)
    with pytest.raises(Conflict, match=r"1 were different people: 99\.50%"):
        switch_on(actor=acme.actor(Role.ADMIN))
    with pytest.raises(Conflict, match="199 pairs"):
        switch_on(actor=acme.actor(Role.ADMIN), from_bits=12.0)
    make_reviews(acme, 1)
    assert switch_on(actor=acme.actor(Role.ADMIN), from_bits=12.0).from_bits == 12.0


@pytest.mark.parametrize("bits", [9.9, nan, float("inf"), -1.0])
def test_no_score_below_ten(acme: World, bits: float) -> None:
    with pytest.raises(InvalidInput):
        switch_on(actor=acme.actor(Role.ADMIN), from_bits=bits)
    with pytest.raises(InvalidInput):
        ask_run(actor=acme.actor(Role.ADMIN), from_bits=bits)


def test_an_undone_merge_switches_it_off(acme: World) -> None:
    make_reviews(acme, 200)
    switch_on(actor=acme.actor(Role.ADMIN))
    survivor = make_customer(acme.system())
    merge = Merge.objects.create(
        company=acme.company, survivor=survivor, origin=MergeOrigin.MACHINE, merged_by="Auto-merge"
    )
    assert not watch_precision(actor=acme.system())
    Merge.objects.filter(pk=merge.pk).update(state=MergeState.UNDONE, undone_at=timezone.now())
    assert watch_precision(actor=acme.system())
    rule = AutoMergeRule.objects.get()
    assert not rule.is_on
    assert rule.off_because.startswith("1 of 1 automatic merges were undone: 0.00% were right")
    assert AuditEvent.objects.get(action="automergerule.switched_off").reason == rule.off_because
    assert not watch_precision(actor=acme.system())


def test_runs_are_asked_for_stopped_and_gone_on_with(acme: World, globex: World) -> None:
    admin = acme.actor(Role.ADMIN)
    run = ask_run(actor=admin, from_bits=14.0)
    assert (run.is_dry, run.from_bits, run.state) == (True, 14.0, AutoMergeState.WAITING)
    with pytest.raises(Conflict) as busy:
        ask_run(actor=admin)
    assert busy.value.code == "open"
    with globex.inside():
        with pytest.raises(NotFound):
            cancel_run(actor=globex.actor(Role.ADMIN), run_id=run.pk)
        ask_run(actor=globex.actor(Role.ADMIN))  # another company's run is in nobody's way
    assert cancel_run(actor=admin, run_id=run.pk).state == AutoMergeState.CANCELLED
    with pytest.raises(Conflict):
        cancel_run(actor=admin, run_id=run.pk)
    assert resume_run(actor=admin, run_id=run.pk).state == AutoMergeState.WAITING
    with pytest.raises(Conflict):
        resume_run(actor=admin, run_id=run.pk)
    assert OutboxEvent.objects.filter(topic="automerge.waiting").count() == 2


def test_a_real_run_needs_the_rule(acme: World) -> None:
    admin = acme.actor(Role.ADMIN)
    with pytest.raises(Conflict) as off:
        ask_run(actor=admin, is_dry=False)
    assert off.value.code == "off"
    make_reviews(acme, 200)
    switch_on(actor=admin, from_bits=10.5)
    run = ask_run(actor=admin, is_dry=False, from_bits=30.0)
    assert run.from_bits == 10.5  # the rule's, whatever was asked
    cancel_run(actor=admin, run_id=run.pk)
    switch_off(actor=admin, reason="Holidays")
    with pytest.raises(Conflict):
        resume_run(actor=admin, run_id=run.pk)
    assert AutoMergeRule.objects.get().off_because == "Holidays"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.RECEPTIONIST])
def test_only_admins(acme: World, role: Role) -> None:
    for service in (switch_on, switch_off, ask_run):
        with pytest.raises(Forbidden):
            service(actor=acme.actor(role))
    run = AutoMergeRun.objects.create(company=acme.company, from_bits=10, started_by="Test")
    for service in (cancel_run, resume_run):
        with pytest.raises(Forbidden):
            service(actor=acme.actor(role), run_id=run.pk)


def test_reviews_are_of_the_company(acme: World, globex: World) -> None:
    with globex.inside():
        make_reviews(globex, 200)
    with pytest.raises(Conflict):
        switch_on(actor=acme.actor(Role.ADMIN))
    assert not MatchDecision.objects.exists()
