"""Merges, undos and everything else that happens to people, in any order.

MERGE_EXAMPLES=2000 tries that many crowds instead of a few.
"""

import os
from io import StringIO
from itertools import groupby
from random import Random

import pytest
from django.core.management import call_command
from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crm.errors import Conflict
from customers.selectors.survivors import survivors_of
from customers.services.merge import merge_customers
from customers.services.undo_merge import undo_merge
from tests.customers.merging_proof.canonical_dump import differences, dump_of_all
from tests.customers.merging_proof.crowd import Crowd
from tests.customers.merging_proof.happenings import HAPPENINGS, Happening, newcomer
from tests.customers.merging_proof.references import pointing_at_merged
from tests.customers.merging_proof.sums import Consent, consents, contact_values, money
from tests.scoring.scored import holds
from tests.wiping import wipe
from tests.worlds import World, load_world

EXAMPLES = int(os.environ.get("MERGE_EXAMPLES", "5"))
STEPS = 15 if EXAMPLES == 5 else 30
CHANCE = st.randoms(use_true_random=False)


class AnyOrder(RuleBasedStateMachine):
    """A crowd to which things happen."""

    world: World

    @initialize(chance=CHANCE)
    def begin(self, chance: Random) -> None:
        """Four people to start with."""
        self.crowd = Crowd(self.world)
        for _ in range(4):
            newcomer(self.crowd, chance)

    def teardown(self) -> None:
        """The trail is whole, and the next example begins with nothing."""
        if hasattr(self, "crowd"):
            call_command("verify_audit", stdout=StringIO())
            wipe()

    @rule(what=st.sampled_from(HAPPENINGS), chance=CHANCE)
    def happens(self, what: Happening, chance: Random) -> None:
        """Something else than a merge."""
        what(self.crowd, chance)

    @precondition(lambda self: len(self.crowd.live()) > 1)
    @rule(chance=CHANCE)
    def merge(self, chance: Random) -> None:
        """Orders and money stay what they were; phones, e-mails and consents come together."""
        crowd = self.crowd
        before, said, held = money(crowd), consents(crowd), contact_values(crowd)
        merge_id = crowd.merge(chance)
        assert merge_id is not None
        assert money(crowd) == before
        merge = crowd.standing[merge_id]
        people = [merge.survivor, *merge.absorbed]
        assert consents(crowd)[merge.survivor] == _strictest([said[one] for one in people])
        now = contact_values(crowd)
        assert now[merge.survivor] == set().union(*(held[one] for one in people))
        assert not any(now[one] for one in merge.absorbed)

    @precondition(lambda self: self.crowd.standing)
    @rule(chance=CHANCE)
    def undo(self, chance: Random) -> None:
        """Any merge that stands, the newest or one in the middle of a chain."""
        before = money(self.crowd)
        self.crowd.undo(chance.choice(list(self.crowd.standing)), chance)
        assert money(self.crowd) == before

    @precondition(lambda self: len(self.crowd.live()) > 1)
    @rule(chance=CHANCE)
    def round_trip(self, chance: Random) -> None:
        """Undone at once, a merge leaves nothing behind."""
        before = self.crowd.dump()
        merge_id = self.crowd.merge(chance)
        assert merge_id is not None
        self.crowd.undo(merge_id)
        assert differences(before, self.crowd.dump()) == []

    @precondition(lambda self: len(self.crowd.records) > len(self.crowd.live()))
    @rule(chance=CHANCE)
    def refused(self, chance: Random) -> None:
        """Merged and deleted records take no part, and a refusal writes nothing."""
        crowd = self.crowd
        gone = chance.choice([one for one in crowd.records if one not in crowd.live()])
        other = chance.choice([one for one in crowd.records if one != gone])
        survivor, absorbed = chance.choice([(gone, other), (other, gone)])
        before = dump_of_all(self.world.company.pk)
        with pytest.raises(Conflict) as refusal, self.world.inside():
            merge_customers(
                actor=self.world.system(), survivor_id=survivor, others=[absorbed], versions=None
            )
        assert refusal.value.code in ("merged", "deleted")
        assert differences(before, dump_of_all(self.world.company.pk)) == []

    @precondition(lambda self: self.crowd.undone)
    @rule(chance=CHANCE)
    def undone_already(self, chance: Random) -> None:
        """A merge is undone once."""
        with pytest.raises(Conflict), self.world.inside():
            undo_merge(actor=self.world.system(), merge_id=chance.choice(self.crowd.undone))

    @invariant()
    def everything_holds(self) -> None:
        """Whatever happened."""
        if not hasattr(self, "crowd"):
            return
        crowd = self.crowd
        crowd.check()
        assert pointing_at_merged(self.world.company.pk) == []
        with self.world.inside():
            assert holds()
            assert survivors_of(crowd.merged()) == {
                one: crowd.became(one) for one in crowd.merged()
            }
        assert contacts_in_disorder(self.world.company.pk) == []


def _strictest(said: list[Consent]) -> Consent:
    """A no of anybody is a no of all."""
    answers = sorted((channel, granted) for one in said for channel, granted in one.items())
    return {
        channel: all(granted for _, granted in group)
        for channel, group in groupby(answers, key=lambda answer: answer[0])
    }


# Several phones but not one main one, or a value of several live people that is not shared.
DISORDER = """
SELECT 'primary', customer_id::text FROM customers_contactpoint
 WHERE company_id = %(company)s GROUP BY customer_id, kind
HAVING count(*) FILTER (WHERE is_primary) <> 1
 UNION ALL
SELECT 'shared', value FROM customers_contactpoint
 WHERE company_id = %(company)s AND is_live GROUP BY kind, value
HAVING count(*) > 1 AND NOT bool_and(is_shared)
"""


def contacts_in_disorder(company_id: int) -> list[tuple[str, str]]:
    """What is wrong about the contact points of a company."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(DISORDER, {"company": company_id})
        return list(cursor.fetchall())


@pytest.mark.timeout(0 if EXAMPLES > 5 else 120)
def test_any_order(committed: None) -> None:
    AnyOrder.world = load_world("acme")
    machine = AnyOrder.TestCase()
    machine.settings = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck)
    )
    machine.runTest()
