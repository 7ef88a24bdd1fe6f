"""Learning what the pairs of a company are, without labels: expectation maximisation.

Every pattern of levels is weighed between the classes (`explanations`), then each class's shares
are taken from the pairs that fell to it, and so on until nothing changes. A few thousand patterns
stand for millions of pairs, so it takes seconds.

What holds it in place: the shares of *same person* start from `fields` and the pairs of a company
may bend them only so far; people contradict themselves in a field in at most `MOST_CONTRADICTIONS`
of their pairs; the other classes are free only where `explanations` says so, and held there, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from customers.duplicates.explanations import OTHERS, Boost, Explanation
from customers.duplicates.fields import FIELDS, levels_of
from customers.duplicates.model import Model

Numbers = NDArray[np.float64]

MOST_ROUNDS = 500
FEWEST_ROUNDS = 20
ENOUGH = 1e-7  # relative change of the likelihood at which it ends
PRIOR_PAIRS = 30.0  # so many pairs the fixed shares of *same person* count for, and …
# … this many times the pairs that fell to it. With less for phones or cities, the class drifts
# into the namesakes of a company with a million customers; with less for names, into families.
PRIOR_SHARE = 1.0
FREE_PRIOR_PAIRS = 5.0
MOST_CONTRADICTIONS = 0.3
# Levels that contradict “same person”, and how often they may, relative to the above.
_CONTRADICTIONS: Mapping[str, Sequence[tuple[Sequence[int], float]]] = {
    "given name": (((1, 7), 1.0),),
    "family name": (((1,), 1.0),),
    "birthday": (((1,), 1.0), ((1, 2), 1.5)),
    "middle name": (((1,), 1.0),),
}
_A_LITTLE = 0.01  # of what strangers show, where shares are given: none is impossible
_TINY = 1e-12


def learn(*, compared: Mapping[int, float], by_chance: Mapping[int, float], records: int) -> Model:
    """The model of a company.

    `compared` says how many of the compared pairs show each pattern, `by_chance` how many of a
    sample of random pairs; `records` is the number of records.
    """
    counts, hits, slices = _table(compared)
    strangers = _shares_by_chance(by_chance, counts @ hits, slices, records)
    shares = _start(strangers)
    first = [share.copy() for share in shares]
    priors = np.concatenate(([0.2], np.full(len(OTHERS), 0.8 / len(OTHERS))))
    before = -np.inf
    for turn in range(MOST_ROUNDS):
        weights = np.concatenate([np.log(np.maximum(share, _TINY)) for share in shares], axis=1)
        belongs, likelihood = _belongs(counts, np.log(priors) + hits @ weights.T)
        priors = (belongs.sum(axis=0) + 1) / (counts.sum() + len(priors))
        seen = belongs.T @ hits
        for place, part in enumerate(slices):
            _renew(shares[place], first[place], strangers[place], seen[:, part], place)
        if turn > FEWEST_ROUNDS and abs(likelihood - before) < ENOUGH * abs(likelihood):
            break
        before = likelihood
    return Model(
        priors=tuple(priors.tolist()),
        shares=tuple(tuple(map(tuple, share.tolist())) for share in shares),
        pairs=int(counts.sum()),
        records=records,
        is_learnt=True,
    )


def learn_priors(model: Model, compared: Mapping[int, int]) -> Model:
    """The model with how often each explanation comes up among these pairs.

    For companies with too few pairs to learn more from them: families and namesakes look alike
    everywhere, but here there are more of these, there of those.
    """
    counts, hits, _ = _table(compared)
    weights = np.concatenate([np.log(np.maximum(np.array(s), _TINY)) for s in model.shares], axis=1)
    scores = hits @ weights.T
    first = np.array(model.priors)
    priors = first
    before = -np.inf
    for _ in range(MOST_ROUNDS):
        belongs, likelihood = _belongs(counts, np.log(np.maximum(priors, _TINY)) + scores)
        priors = (belongs.sum(axis=0) + PRIOR_PAIRS * first) / (counts.sum() + PRIOR_PAIRS)
        if abs(likelihood - before) < ENOUGH * abs(likelihood):
            break
        before = likelihood
    return replace(model, priors=tuple(priors.tolist()), pairs=int(counts.sum()))


def _table(compared: Mapping[int, float]) -> tuple[Numbers, Numbers, list[slice]]:
    """How many pairs show each pattern, a column of 0 or 1 for each level, each field's columns.

    Level 0 says nothing, so its columns are 0.
    """
    patterns = np.array([levels_of(pattern) for pattern in compared], dtype=np.int64)
    counts = np.array(list(compared.values()), dtype=np.float64)
    ends = np.cumsum([len(field.levels) for field in FIELDS])
    slices = [
        slice(int(end) - len(f.levels), int(end)) for f, end in zip(FIELDS, ends, strict=True)
    ]
    hits = np.zeros((len(counts), int(ends[-1])), dtype=np.float64)
    rows = np.arange(len(counts))
    for place, part in enumerate(slices):
        hits[rows, part.start + patterns[:, place]] = 1
        hits[:, part.start] = 0
    return counts, hits, slices


def _belongs(counts: Numbers, joint: Numbers) -> tuple[Numbers, float]:
    """How many pairs of each pattern fall to each class, and the likelihood of it all (log)."""
    highest = joint.max(axis=1, keepdims=True)
    odds = np.exp(joint - highest)
    total = odds.sum(axis=1, keepdims=True)
    likelihood = float((counts * (highest + np.log(total))[:, 0]).sum())
    return odds / total * counts[:, None], likelihood


def _shares_by_chance(
    by_chance: Mapping[int, float], compared: Numbers, slices: Sequence[slice], records: int
) -> list[Numbers]:
    """How often two strangers show each level.

    Rare levels may not come up in the sample; they are estimated by how often they do among the
    compared pairs, which hold nearly all pairs that are alike in anything.
    """
    found = [np.zeros(len(field.levels)) for field in FIELDS]
    for pattern, count in by_chance.items():
        for place, level in enumerate(levels_of(pattern)):
            found[place][level] += count
    all_pairs = max(records * (records - 1) / 2, 1)
    shares = []
    for counted, part in zip(found, slices, strict=True):
        counted[0] = 0
        sample = max(counted.sum(), 1.0)
        for level in range(1, len(counted)):
            if counted[level] < 10:
                among_compared = compared[part.start + level] * 0.3 / all_pairs * sample
                counted[level] = max(counted[level] * 0.5, min(among_compared, 10), 1e-3)
        shares.append(counted / counted.sum())
    return shares


def _start(strangers: Sequence[Numbers]) -> list[Numbers]:
    """The first guess: fields by classes × levels."""
    guesses = []
    for field, by_chance in zip(FIELDS, strangers, strict=True):
        same = np.array([level.same_person for level in field.levels])
        rising = np.concatenate(([0], np.linspace(0.3, 1, len(same) - 1)))
        free = 0.5 * by_chance + 0.5 * rising / rising.sum()
        others = [_start_of(other, field.name, by_chance, free) for other in OTHERS]
        guesses.append(np.array([same / same.sum(), *others]))
    return guesses


def _start_of(other: Explanation, name: str, by_chance: Numbers, free: Numbers) -> Numbers:
    if name in other.held:
        held = np.array(other.held[name].shares)
        return (1 - _A_LITTLE) * held / held.sum() + _A_LITTLE * by_chance
    if name in other.at_least:
        level, least = other.at_least[name]
        lifted = by_chance.copy()
        lifted[level] = max(lifted[level], least)
        return lifted / lifted.sum()
    return free if name in other.free else by_chance


def _renew(share: Numbers, first: Numbers, by_chance: Numbers, seen: Numbers, place: int) -> None:
    """One field's shares from what fell to each class, in place."""
    name = FIELDS[place].name
    pull = PRIOR_PAIRS + PRIOR_SHARE * seen[0].sum()
    share[0] = (seen[0] + pull * first[0]) / (seen[0].sum() + pull)
    for levels, times in _CONTRADICTIONS.get(name, ()):
        _hold_below(share[0], levels, times * MOST_CONTRADICTIONS)
    for row, other in enumerate(OTHERS, start=1):
        if name in other.free or name in other.held:
            weight = other.held[name].weight if name in other.held else 0.0
            pull = FREE_PRIOR_PAIRS + weight * seen[row].sum()
            share[row] = (seen[row] + pull * first[row]) / (seen[row].sum() + pull)
        elif name in other.partly:
            share[row] = _partly(by_chance, seen[row], other.partly[name])
        elif name in other.boosts:
            share[row] = _boosted(by_chance, seen[row], other.boosts[name])


def _hold_below(share: Numbers, levels: Sequence[int], most: float) -> None:
    picked = np.zeros(len(share), dtype=bool)
    picked[list(levels)] = True
    held = share[picked].sum()
    if held > most:
        share[picked] *= most / held
        share[~picked] *= (1 - most) / share[~picked].sum()


def _partly(by_chance: Numbers, seen: Numbers, levels: Sequence[int]) -> Numbers:
    """As among strangers, but for these levels, which come up as seen, or more often."""
    picked = np.zeros(len(by_chance), dtype=bool)
    picked[list(levels)] = True
    smoothed = (seen + FREE_PRIOR_PAIRS * by_chance) / (seen.sum() + FREE_PRIOR_PAIRS)
    share = np.where(picked, np.maximum(smoothed, by_chance), by_chance)
    share[~picked] *= (1 - share[picked].sum()) / max(share[~picked].sum(), _TINY)
    return share


def _boosted(by_chance: Numbers, seen: Numbers, boost: Boost) -> Numbers:
    anchor = max(by_chance[boost.anchor], 1e-9)
    lifted = np.zeros(len(by_chance), dtype=bool)
    lifted[list(boost.lifted)] = True
    factor = (seen[boost.anchor] + 5 * by_chance[boost.anchor]) / (seen.sum() + 5) / anchor
    factor = min(max(factor, 1.0), 0.9 / by_chance[lifted].sum())
    share = by_chance.copy()
    share[lifted] *= factor
    share[~lifted] *= (1 - share[lifted].sum()) / max(share[~lifted].sum(), _TINY)
    return share
