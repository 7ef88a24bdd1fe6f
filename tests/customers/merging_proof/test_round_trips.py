"""Merged and undone at once, again and again: nothing is left behind.

MERGE_ROUND_TRIPS=10000 makes that many, which takes about half an hour.
"""

import os
from random import Random

import pytest

from tests.customers.merging_proof.canonical_dump import differences
from tests.customers.merging_proof.crowd import Crowd
from tests.customers.merging_proof.happenings import EVERYDAY, newcomer
from tests.customers.merging_proof.references import pointing_at_merged
from tests.customers.merging_proof.sums import money
from tests.wiping import wipe
from tests.worlds import load_world

ROUND_TRIPS = int(os.environ.get("MERGE_ROUND_TRIPS", "12"))
A_CROWD = 30  # round trips with the same people


def live_through(seed: int, round_trips: int) -> None:
    """A crowd lives on, and between its days it is merged and parted."""
    choose = Random(seed)
    crowd = Crowd(load_world("acme"))
    for _ in range(6):
        newcomer(crowd, choose)
    for number in range(round_trips):
        for happening in choose.choices(EVERYDAY, k=3):
            happening(crowd, choose)
        if number % 10 == 9:
            crowd.merge(choose)  # this one stands, so that later ones are built upon it
        while len(crowd.live()) < 2:
            crowd.undo(choose.choice(list(crowd.standing)), choose)
        before, bought = crowd.dump(), money(crowd)
        merge_id = crowd.merge(choose, most=6)
        assert merge_id is not None
        assert pointing_at_merged(crowd.world.company.pk) == []
        assert money(crowd) == bought
        crowd.undo(merge_id)
        assert differences(before, crowd.dump()) == [], f"seed {seed}, round trip {number}"
    crowd.check()


@pytest.mark.timeout(0 if ROUND_TRIPS > 100 else 120)
def test_a_merge_undone_at_once_leaves_nothing_behind(committed: None) -> None:
    for seed in range(0, ROUND_TRIPS, A_CROWD):
        live_through(seed, min(A_CROWD, ROUND_TRIPS - seed))
        wipe()
