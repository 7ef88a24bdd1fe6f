"""The night: the day before is kept, recency decays, and only who crosses a boundary is touched."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from crm.celery import app
from crm.errors import Forbidden
from crm.models import Company, OutboxEvent
from crm.roles import Role
from crm.tenancy import use_company
from customers.models import Customer
from scoring.models import Engagement, QuintileScore, ScoreSnapshot, ScoringDay
from scoring.services.nightly_scores import begin_day, refresh_quintiles
from scoring.services.score_functions import companies_with_a_new_day, score_decay
from scoring.tasks import begin_company_day, check_all_scores
from tests.factories.customers import make_customer
from tests.scoring.scored import call, holds, ledger, noon, place_order, points, today
from tests.worlds import World


@pytest.fixture
def actor(acme: World):
    begin_day(actor=acme.system())
    return acme.system()


def updates() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd FROM pg_stat_xact_user_tables WHERE relname = 'scoring_engagement'"
        )
        return cursor.fetchone()[0]


def day(later: int) -> date:
    return today() + timedelta(days=later)


@pytest.mark.parametrize(
    ("age", "before", "after"), [(30, 5, 4), (60, 4, 3), (90, 3, 2), (180, 2, 1)]
)
def test_one_night_takes_points_at_each_limit(actor, age: int, before: int, after: int) -> None:
    crossing, staying = make_customer(actor), make_customer(actor)
    place_order(crossing, at=noon(age))
    place_order(staying, at=noon(age - 1))
    assert points(crossing)[0] == before
    count = updates()
    assert begin_day(actor=actor, on_day=day(1)).decayed == 1
    assert updates() == count + 1
    assert points(crossing)[0] == after
    assert points(staying)[0] == before
    assert ledger(crossing)[-1][0] == "decay"
    assert holds()


def test_a_second_run_of_a_night_touches_nothing(actor) -> None:
    place_order(make_customer(actor), at=noon(30))
    begin_day(actor=actor, on_day=day(1))
    count = updates()
    night = begin_day(actor=actor, on_day=day(1))
    assert (night.decayed, night.snapshot, updates()) == (0, 0, count)


def test_missed_nights_are_caught_up(actor) -> None:
    customer = make_customer(actor)
    place_order(customer, at=noon(0))
    assert score_decay(day(200)) == 1
    assert points(customer)[0] == 1
    assert [line[0] for line in ledger(customer)] == ["order", "decay"]
    assert holds()


def test_a_clock_that_goes_back_raises_nothing(actor) -> None:
    customer = make_customer(actor)
    place_order(customer, at=noon(25))
    score_decay(day(10))
    assert score_decay(day(0)) == 0
    assert points(customer)[0] == 4
    assert ScoringDay.objects.get().day == day(10)
    # Nor does an order that comes while the clock is behind count from another day.
    place_order(customer, at=noon(24))
    assert points(customer)[0] == 4
    assert holds()


def test_a_company_without_a_day_is_scored_as_a_whole(acme: World) -> None:
    customer = make_customer(acme.system())
    place_order(customer, at=noon(30))
    assert not ScoringDay.objects.exists()
    assert score_decay(day(1)) == 1
    assert points(customer)[0] == 4


def test_midnight_is_the_company_s(actor) -> None:
    """Ordered at 23:59:59 and at 00:00:00 in Sydney, the second keeps its points a day longer."""
    zone = ZoneInfo("Australia/Sydney")
    midnight = datetime.combine(today() - timedelta(days=20), time(0), zone)
    late, early = make_customer(actor), make_customer(actor)
    place_order(late, at=midnight - timedelta(seconds=1))
    place_order(early, at=midnight)
    score_decay(day(10))
    assert (points(late)[0], points(early)[0]) == (4, 5)
    score_decay(day(11))
    assert (points(late)[0], points(early)[0]) == (4, 4)
    assert holds()


def test_a_lost_band_is_told(actor) -> None:
    customer = make_customer(actor)
    place_order(customer, at=noon(30))
    score_decay(day(1))
    score_decay(day(200))
    told = OutboxEvent.objects.filter(topic="score.band_changed", payload__cause="decay")
    assert [(event.payload["before"], event.payload["after"]) for event in told] == [
        (["warm"], ["cold"])
    ]


def test_the_day_before_is_kept_once(actor) -> None:
    place_order(make_customer(actor), at=noon(1), net="70")
    place_order(make_customer(actor), at=noon(1), net="30")
    gone = make_customer(actor)
    place_order(gone, at=noon(1))
    Customer.objects.filter(pk=gone.pk).update(record_state="deleted", deleted_at=noon(0))
    begin_day(actor=actor, on_day=day(1))
    kept = ScoreSnapshot.objects.filter(day=day(0)).aggregate(n=Sum("customers"), net=Sum("net"))
    assert kept == {"n": 2, "net": Decimal(100)}
    assert call("score_snapshot", day(0)) == 0


def test_companies_are_due_when_their_day_changes(acme: World) -> None:
    assert acme.company.pk in companies_with_a_new_day()
    begin_day(actor=acme.system())
    assert acme.company.pk not in companies_with_a_new_day()


def test_the_task_does_the_whole_night_of_a_company(acme: World, globex: World) -> None:
    with globex.inside():
        theirs = make_customer(globex.system())
        place_order(theirs, at=noon(3, "Asia/Kolkata"))
    place_order(make_customer(acme.system()), at=noon(3))
    begin_company_day(acme.company.pk)
    assert QuintileScore.objects.count() == 1
    with use_company(globex.company.pk):
        assert not ScoringDay.objects.exists()
        assert not QuintileScore.objects.exists()
    assert check_all_scores() == 0


def test_it_runs_by_itself() -> None:
    app.loader.import_default_modules()
    for name in ("begin-days", "check-scores"):
        assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in app.tasks


def test_only_those_who_manage_scoring(acme: World) -> None:
    for service in (begin_day, refresh_quintiles):
        with pytest.raises(Forbidden):
            service(actor=acme.actor(Role.RECEPTIONIST))


def test_the_rows_of_a_company_without_orders_stay(actor) -> None:
    make_customer(actor)
    assert score_decay(day(400)) == 0
    assert Engagement.objects.get().scored_at is None
    assert Company.objects.count() == 1
