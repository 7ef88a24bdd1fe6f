"""What reviews and undos say about merging by machine."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.errors import Forbidden
from crm.roles import Role
from customers.models import MatchDecision, Merge
from customers.models.duplicate import Verdict
from customers.models.merge import MergeOrigin, MergeState
from customers.selectors.auto_merge_precision import (
    Precision,
    auto_merge_standing,
    lower_bound,
    merged_precision,
    reviewed_precision,
    reviews_to_prove,
)
from customers.services.match_decisions import decide
from tests.factories.candidates import make_pair
from tests.factories.customers import make_customer
from tests.worlds import World


@pytest.mark.parametrize(
    ("judged", "wrong", "bound"),
    [
        (0, 0, 0.0),
        (200, 0, 0.05 ** (1 / 200)),  # no mistake: exact in closed form
        (2995, 0, 0.05 ** (1 / 2995)),
        (100, 1, 0.953444),  # tables of Clopper and Pearson
        (10, 10, 0.0),
        (2_000, 900, 0.5317),  # nearly normal
    ],
)
def test_what_judgements_prove(judged: int, wrong: int, bound: float) -> None:
    assert lower_bound(judged=judged, wrong=wrong) == pytest.approx(bound, abs=5e-4)


def test_two_hundred_reviews_prove_less_than_is_asked() -> None:
    assert Precision(200, 200).is_high_enough
    assert 0.985 < Precision(200, 200).proven < 0.986
    assert reviews_to_prove(0.999) == 2995
    assert Precision(2995, 2995).proven >= 0.999 > Precision(2994, 2994).proven
    assert not Precision(999, 998).is_high_enough
    assert Precision(1000, 999).is_high_enough


def test_only_peoples_own_verdicts_at_the_threshold_count(
    acme: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for bits, verdict, actor in (
        (11.0, Verdict.SAME, acme.actor(Role.MANAGER)),
        (10.0, Verdict.NOT_DUPLICATE, acme.actor(Role.MANAGER)),
        (9.9, Verdict.NOT_DUPLICATE, acme.actor(Role.MANAGER)),
        (12.0, Verdict.NOT_DUPLICATE, acme.system()),
    ):
        pair = make_pair(acme, bits=bits)
        decide(actor=actor, left_id=pair.left_id, right_id=pair.right_id, verdict=verdict)
    one, other = (make_customer(acme.system()).pk for _ in range(2))
    decide(actor=acme.actor(Role.ADMIN), left_id=one, right_id=other, verdict=Verdict.SAME)
    assert MatchDecision.objects.count() == 5
    assert reviewed_precision(from_bits=10) == Precision(2, 1)
    with django_assert_num_queries(3):
        standing = auto_merge_standing(actor=acme.actor(Role.MANAGER))
    assert (standing.reviews, standing.merges) == (Precision(2, 1), Precision(0, 0))
    assert not standing.rule.is_on
    assert not standing.may_be_on
    with pytest.raises(Forbidden):
        auto_merge_standing(actor=acme.actor(Role.RECEPTIONIST))


def test_undos_since_the_switch(acme: World, globex: World) -> None:
    now = timezone.now()
    since = now - timedelta(days=10)

    def merged(days_ago: int, *, undone: int | None = None, by: str = MergeOrigin.MACHINE) -> None:
        Merge.objects.create(
            company=acme.company,
            survivor=survivor,
            origin=by,
            merged_by="Auto-merge",
            merged_at=now - timedelta(days=days_ago),
            undone_at=None if undone is None else now - timedelta(days=undone),
            state=MergeState.DONE if undone is None else MergeState.UNDONE,
        )

    survivor = make_customer(acme.system())
    merged(30)
    merged(30, undone=20)
    merged(30, undone=1)
    merged(5)
    merged(5, undone=1)
    merged(5, undone=1, by=MergeOrigin.PERSON)
    assert merged_precision(since=since) == Precision(3, 1)
    assert merged_precision(since=None) == Precision(5, 2)
    with globex.inside():
        assert merged_precision(since=None) == Precision(0, 0)
