"""The limits kept for a company's day: orders use them, and never ones that are no longer right."""

from datetime import UTC, datetime

from django.db import connections
from django.utils import timezone

from crm.models import Company
from scoring.models import RuleSet, ScoringDay
from tests.factories.customers import make_customer
from tests.scoring.scored import call, holds, noon, place_order, points
from tests.worlds import World

GONE = datetime(1970, 1, 1, tzinfo=UTC)


def test_an_order_is_scored_the_same_with_and_without_kept_limits(acme: World) -> None:
    before, after = make_customer(acme.system()), make_customer(acme.system())
    assert not ScoringDay.objects.exists()
    place_order(before, net="250", at=noon(40))
    call("score_company", "rescore")
    kept = ScoringDay.objects.get()
    assert kept.limits_until > timezone.now()
    assert (kept.frequency_from, kept.weights, kept.bands_from) == (
        [10, 5, 3, 1], [3, 2, 1], [24, 18, 12],
    )  # fmt: skip
    place_order(after, net="250", at=noon(40))
    assert points(before) == points(after) == (4, 2, 3, 19, "warm")
    assert holds()


def test_kept_limits_are_what_orders_are_scored_by(acme: World, committed: None) -> None:
    with acme.inside():
        customer = make_customer(acme.system())
        call("score_company", "rescore")
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE scoring_scoringday SET frequency_from = '{4,3,2,1}'")
    with acme.inside():
        for _ in range(2):
            place_order(customer, net="1", at=noon(1))
        assert points(customer)[1] == 3


def test_other_rules_and_another_zone_end_them(acme: World) -> None:
    customer = make_customer(acme.system())
    call("score_company", "rescore")
    rules = RuleSet.objects.create(
        company=acme.company, version=1, is_active=True, frequency=[4, 3, 2, 1]
    )
    assert ScoringDay.objects.get().limits_until == GONE
    for _ in range(2):
        place_order(customer, net="1", at=noon(1))
    assert points(customer)[1] == 3
    call("score_company", "rules")
    assert ScoringDay.objects.get().frequency_from == [4, 3, 2, 1]
    rules.delete()
    assert ScoringDay.objects.get().limits_until == GONE
    call("score_company", "rules")
    Company.objects.filter(pk=acme.company.pk).update(time_zone="Asia/Kolkata")
    assert ScoringDay.objects.get().limits_until == GONE
    assert call("score_decay") == 0
