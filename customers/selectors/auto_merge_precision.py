"""How right merging by machine would be, from people's reviews; and how right it was, from undos.

Precision at a threshold is the share of reviewed pairs at or above it that people found to be the
same person. A share of few is not proven: beside it stands what the reviews prove, the one-sided
95 % bound of Clopper and Pearson (“The use of confidence or fiducial limits illustrated in the case
of the binomial”, Biometrika 26, 1934). Two hundred reviews without a single mistake prove 98.5 %,
and 2,995 prove 99.9 %; so a company's own undos are watched after it was switched on.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil, exp, lgamma, log, log1p

from django.db.models import Count, Q

from crm.actors import Actor
from crm.roles import Action
from customers.models import AutoMergeRule, MatchDecision, Merge
from customers.models.duplicate import Verdict
from customers.models.merge import MergeOrigin

LEAST_PRECISION = 0.999
LEAST_REVIEWS = 200
DOUBT = 0.05  # the bound may be wrong once in twenty times


@dataclass(frozen=True)
class Precision:
    """`right` of `judged` pairs were the same person."""

    judged: int
    right: int

    @property
    def wrong(self) -> int:
        """Pairs that were different people."""
        return self.judged - self.right

    @property
    def share(self) -> float:
        """The plain share; 1 where nothing was judged."""
        return self.right / self.judged if self.judged else 1.0

    @property
    def is_high_enough(self) -> bool:
        """Whether the share is at least 99.9 %, counted in whole pairs."""
        return self.wrong * 1000 <= self.judged

    @property
    def proven(self) -> float:
        """The share that these judgements prove, 95 % sure; 0 where nothing was judged."""
        return lower_bound(judged=self.judged, wrong=self.wrong)


@dataclass(frozen=True, kw_only=True)
class AutoMergeStanding:
    """The rule of a company, what its reviews say at the threshold, and what undos say since."""

    rule: AutoMergeRule
    reviews: Precision
    merges: Precision

    @property
    def may_be_on(self) -> bool:
        """Enough pairs are reviewed, and the reviews were right often enough."""
        return self.reviews.judged >= LEAST_REVIEWS and self.reviews.is_high_enough


def auto_merge_standing(*, actor: Actor) -> AutoMergeStanding:
    """Where the company stands, in three queries. Raises Forbidden."""
    actor.require(Action.VIEW_REPORTS)
    rule = AutoMergeRule.objects.filter(company_id=actor.company.pk).first()
    rule = rule or AutoMergeRule(company=actor.company)
    return AutoMergeStanding(
        rule=rule,
        reviews=reviewed_precision(from_bits=rule.from_bits),
        merges=merged_precision(since=rule.on_since),
    )


def reviewed_precision(*, from_bits: float) -> Precision:
    """What people found of the pairs that had this score or more when they looked.

    Merging a pair by hand is a review, and so is undoing a merge. Verdicts that a merge carried
    over are none.
    """
    found = MatchDecision.objects.filter(is_review=True, bits__gte=from_bits).aggregate(
        judged=Count("pk"), right=Count("pk", filter=Q(verdict=Verdict.SAME))
    )
    return Precision(judged=found["judged"], right=found["right"])


def merged_precision(*, since: datetime | None) -> Precision:
    """The machine's merges since then, and how many were not undone.

    An undo counts when it came since then, also one of an older merge. Without `since`: all.
    """
    by_machine = Merge.objects.filter(origin=MergeOrigin.MACHINE)
    recent = Q(merged_at__gte=since) | Q(undone_at__gte=since) if since else Q()
    undone = Q(undone_at__gte=since) if since else Q(undone_at__isnull=False)
    found = by_machine.filter(recent).aggregate(
        judged=Count("pk"), wrong=Count("pk", filter=undone)
    )
    return Precision(judged=found["judged"], right=found["judged"] - found["wrong"])


def lower_bound(*, judged: int, wrong: int) -> float:
    """The smallest precision that would still show so few mistakes once in twenty times."""
    if wrong >= judged:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):  # halving: beyond the digits of a float
        middle = (low + high) / 2
        if _chance_of_at_most(wrong, judged, 1 - middle) < DOUBT:
            low = middle
        else:
            high = middle
    return low


def reviews_to_prove(precision: float) -> int:
    """How many reviews without a mistake prove this precision."""
    return ceil(log(DOUBT) / log(precision))


def _chance_of_at_most(wrong: int, judged: int, error: float) -> float:
    """The chance of at most `wrong` mistakes in `judged` when each is one with chance `error`."""
    if error <= 0:
        return 1.0
    ways = lgamma(judged + 1)  # in logarithms: the counts of ways outgrow a float
    return sum(
        exp(
            ways
            - lgamma(count + 1)
            - lgamma(judged - count + 1)
            + count * log(error)
            + (judged - count) * log1p(-error)
        )
        for count in range(wrong + 1)
    )
