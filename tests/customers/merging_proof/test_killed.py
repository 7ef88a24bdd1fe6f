"""Whoever is killed in the middle of a merge or of an undo: wholly before, or wholly after.

MERGE_KILL_EVERY_STEP=1 kills at every statement, in every way, instead of at some.
"""

import os
import signal
from collections.abc import Iterator
from random import Random
from uuid import UUID

import pytest

from customers.models import Merge
from customers.selectors.merge_preview import preview_merge
from tests import servers
from tests.customers.merging_proof.canonical_dump import Dump, differences, dump_of_all
from tests.customers.merging_proof.crowd import Crowd, Standing
from tests.customers.merging_proof.happenings import EVERYDAY, newcomer
from tests.customers.merging_proof.killing_ground import KillingGround
from tests.customers.merging_proof.victim import Death, Moment
from tests.worlds import load_world

EVERY_STEP = os.environ.get("MERGE_KILL_EVERY_STEP") == "1"
SAMPLES = {Death.WORKER: 5, Death.TERMINATED: 3, Death.SERVER: 1}
KILLED = {Death.WORKER: -signal.SIGKILL, Death.TERMINATED: 1, Death.SERVER: 1}


@pytest.fixture(scope="module")
def ground(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[KillingGround]:
    """One server for all deaths."""
    if servers.uses_external_server():
        pytest.skip("it kills its own PostgreSQL")
    with django_db_blocker.unblock(), KillingGround() as ground:  # type: ignore[attr-defined]
        yield ground


@pytest.fixture(scope="module")
def crowd(ground: KillingGround) -> Crowd:
    """Three people who have some of everything."""
    crowd, choose = Crowd(load_world("acme")), Random(7)
    with crowd.world.inside():  # one commit: this server writes each through to the disk
        for _ in range(3):
            newcomer(crowd, choose)
        for happening in EVERYDAY * 3:
            if happening is not newcomer:
                happening(crowd, choose)
    return crowd


def steps(statements: int, death: Death) -> list[int | str]:
    """Before which statements to kill; and around the commit."""
    every = 1 if EVERY_STEP else max(1, statements // SAMPLES[death])
    return [*range(every, statements + 1, every), Moment.AT_COMMIT]


def merging(crowd: Crowd) -> dict[str, object]:
    """The job to merge everybody into the first."""
    survivor, *others = crowd.records
    with crowd.world.inside():
        seen = preview_merge(
            actor=crowd.world.system(), customer_ids=crowd.records, survivor_id=survivor
        )
    return {
        "company": crowd.world.company.pk,
        "merge": "",
        "survivor": str(survivor),
        "others": [str(one) for one in others],
        "solutions": {one.key: one.options[0][0] for one in seen.conflicts},
    }


def stored(crowd: Crowd) -> Dump:
    """Everything, the trail and the journal too."""
    return dump_of_all(crowd.world.company.pk)


@pytest.mark.timeout(0 if EVERY_STEP else 120)
@pytest.mark.parametrize("death", list(Death))
def test_killed(ground: KillingGround, crowd: Crowd, death: Death) -> None:
    whole = merging(crowd)
    apart = crowd.dump()

    def survives(statements: int, **job: object) -> None:
        before = stored(crowd)
        for at in steps(statements, death):
            ending = ground.run(death=death, at=at, **job)
            assert ending.code == KILLED[death], at
            assert differences(before, stored(crowd)) == [], f"killed at {at} of {statements}"

    rehearsal = ground.run(death=death, at=0, **whole)
    assert rehearsal.code == 0
    undo = {"company": crowd.world.company.pk, "merge": str(_standing(crowd))}
    undoing = ground.run(death=death, at=0, **undo)
    assert undoing.code == 0
    assert differences(apart, crowd.dump()) == []

    survives(rehearsal.statements, **whole)
    ground.run(death=death, at=Moment.AFTER_COMMIT, **whole)
    merge_id = _standing(crowd)
    crowd.standing[merge_id] = Standing(crowd.records[0], crowd.records[1:])
    crowd.check()

    undo = {"company": crowd.world.company.pk, "merge": str(merge_id)}
    survives(undoing.statements, **undo)
    ground.run(death=death, at=Moment.AFTER_COMMIT, **undo)
    del crowd.standing[merge_id]
    crowd.check()
    assert differences(apart, crowd.dump()) == []


def _standing(crowd: Crowd) -> UUID:
    return Merge.objects.using("owner").get(state="done", company=crowd.world.company).pk
