"""How good found pairs are: every pair of records of one person is counted, not records or groups.

Precision, recall and F1 stand at the product's own threshold (even odds, 0 bits) and at the best
one that could have been chosen knowing the truth; the first is what a user gets.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

Pair = tuple[int, int, float]  # places of two records and the log2 of the odds that they are one
EVEN_ODDS = 0.0
SURE = log2(0.95 / 0.05)


@dataclass(frozen=True)
class Figures:
    """Of `given` pairs `right` are true, of `true` in all."""

    right: int
    given: int
    true: int
    bits: float

    @property
    def precision(self) -> float:
        """The share of given pairs that are true; 1 when none is given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The share of true pairs that are given; 1 when there are none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.given + self.true
        return 2 * self.right / both if both else 1.0


@dataclass(frozen=True)
class Quality:
    """What one method found in one set."""

    fixed: Figures
    best: Figures
    sure: Figures
    found: int  # the share of true pairs among all compared is found / true
    true: int


def true_pairs(clusters: Iterable[str]) -> int:
    """How many pairs of records of the same person there are."""
    return sum(many * (many - 1) // 2 for many in Counter(clusters).values())


def judge(clusters: Sequence[str], pairs: Iterable[Pair]) -> Quality:
    """Judge pairs against the truth. A pair given twice, or turned round, counts once."""
    surest: dict[tuple[int, int], float] = {}
    for left, right, bits in pairs:
        if left == right:
            continue
        key = (left, right) if left < right else (right, left)
        surest[key] = max(bits, surest.get(key, bits))
    ranked = sorted(
        ((bits, clusters[left] == clusters[right]) for (left, right), bits in surest.items()),
        reverse=True,
    )
    true = true_pairs(clusters)
    return Quality(
        fixed=_at(ranked, true, EVEN_ODDS),
        best=_best(ranked, true),
        sure=_at(ranked, true, SURE),
        found=sum(is_true for _, is_true in ranked),
        true=true,
    )


def _at(ranked: Sequence[tuple[float, bool]], true: int, bits: float) -> Figures:
    given = [is_true for score, is_true in ranked if score >= bits]
    return Figures(right=sum(given), given=len(given), true=true, bits=bits)


def _best(ranked: Sequence[tuple[float, bool]], true: int) -> Figures:
    """The threshold with the highest F1; equal scores stand or fall together."""
    best = Figures(right=0, given=0, true=true, bits=float("inf"))
    right = 0
    for given, (bits, is_true) in enumerate(ranked, start=1):
        right += is_true
        if given == len(ranked) or ranked[given][0] < bits:
            here = Figures(right=right, given=given, true=true, bits=bits)
            best = max(best, here, key=lambda figures: figures.f1)
    return best
