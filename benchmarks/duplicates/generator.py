"""People as a CRM holds them: families, twins, couples, offices, and some of them entered again.

The same count and seed give the same people. Nobody's record tells who lives with whom; a judge
has the truth in `cluster`. What a second record looks like is told in retyping.py.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

from benchmarks.duplicates.circles import Circle, family, office, single
from benchmarks.duplicates.records import LabelledPerson
from benchmarks.duplicates.retyping import typed_again, typed_once

REGION = "AU"
ENTERED_AGAIN = 0.06  # of the people; a few of them more than once
IN_FAMILIES = 0.22  # of the circles
OFFICES = 0.02


def make_people(count: int, *, seed: int) -> list[LabelledPerson]:
    """So many records in no order."""
    people = list(stream_people(count, seed=seed))
    Random(f"{seed}/order").shuffle(people)
    return people


def stream_people(count: int, *, seed: int) -> Iterator[LabelledPerson]:
    """So many records, one circle after the other: a million need no memory."""
    return islice(_endless(Random(seed)), count)


def _endless(rng: Random) -> Iterator[LabelledPerson]:
    number = 0
    while True:
        for member in _circle(rng, number):
            cluster = str(number)
            number += 1
            yield typed_once(member, cluster, REGION, rng)
            again = ENTERED_AGAIN
            while rng.random() < again:
                yield typed_again(member, cluster, REGION, rng)
                again = 0.15


def _circle(rng: Random, number: int) -> Circle:
    """People who belong together; the number keeps phone numbers and mailboxes apart."""
    chance = rng.random()
    if chance < OFFICES:
        return office(rng, number)
    if chance < OFFICES + IN_FAMILIES:
        return family(rng, number)
    return single(rng, number)
