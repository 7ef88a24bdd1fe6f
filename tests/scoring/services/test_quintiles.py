"""The second way of scoring (S0.5): every boundary, and fifths among those who bought."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from crm.tenancy import use_company
from scoring.models import QuintileScore, QuintileSegment
from scoring.services.nightly_scores import refresh_quintiles
from tests.factories.customers import make_customer
from tests.scoring.scored import call, noon, place_order, today
from tests.worlds import World


@pytest.mark.parametrize(
    ("months", "days", "expected"),
    [
        (6, 30, "champions"), (6, 31, "loyal"), (5, 30, "loyal"), (12, 0, "champions"),
        (4, 60, "loyal"), (4, 61, "potential"), (3, 60, "potential"),
        (2, 90, "potential"), (2, 91, "others"), (1, 30, "new"), (1, 31, "others"),
        (4, 90, "potential"), (4, 91, "at_risk"), (4, 180, "at_risk"), (3, 91, "others"),
        (4, 181, "cant_lose"), (2, 181, "cant_lose"), (2, 180, "others"),
        (1, 181, "lost"), (1, 180, "others"),
    ],
)  # fmt: skip
def test_segments(acme: World, months: int, days: int, expected: str) -> None:
    assert call("quintile_segment", months, days) == expected
    assert expected in QuintileSegment.values


def rows() -> dict[object, tuple[int, int, int, int, str]]:
    return {
        row.customer_id: (
            row.active_months, row.recency, row.frequency, row.monetary, row.segment
        )
        for row in QuintileScore.objects.all()
    }  # fmt: skip


def test_fifths_among_five(acme: World) -> None:
    actor = acme.system()
    people = [make_customer(actor) for _ in range(5)]
    for number, person in enumerate(people):
        place_order(person, net=str(10 + number), at=noon(25 - number))
    assert refresh_quintiles(actor=actor) == 5
    found = rows()
    assert [found[person.pk][1] for person in people] == [1, 2, 3, 4, 5]
    assert [found[person.pk][3] for person in people] == [1, 2, 3, 4, 5]
    # All have one month: equal values share the higher fifth.
    assert {found[person.pk][2] for person in people} == {5}
    assert {found[person.pk][4] for person in people} == {"new"}


def test_a_second_run_writes_nothing(acme: World) -> None:
    place_order(make_customer(acme.system()), at=noon(3))
    refresh_quintiles(actor=acme.system())
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM scoring_quintilescore")
        before = cursor.fetchone()
        assert refresh_quintiles(actor=acme.system()) == 0
        cursor.execute("SELECT xmin::text FROM scoring_quintilescore")
        assert cursor.fetchone() == before


def test_who_leaves_the_year_leaves_the_list(acme: World) -> None:
    customer = make_customer(acme.system())
    place_order(customer, at=noon(365))
    assert refresh_quintiles(actor=acme.system()) == 1
    assert refresh_quintiles(actor=acme.system(), on_day=today() + timedelta(days=1)) == 1
    assert not QuintileScore.objects.exists()


def test_nobody_who_spent_nothing(acme: World) -> None:
    place_order(make_customer(acme.system()), net="0", at=noon(3))
    assert refresh_quintiles(actor=acme.system()) == 0


def test_months_are_the_company_s(acme: World) -> None:
    """The last second of May and the first of June in Sydney are one day in UTC."""
    customer = make_customer(acme.system())
    zone = acme.company.zone
    place_order(customer, at=datetime(2026, 5, 31, 23, 59, 59, tzinfo=zone))
    place_order(customer, at=datetime(2026, 6, 1, 0, 0, 0, tzinfo=zone))
    refresh_quintiles(actor=acme.system(), on_day=date(2026, 6, 10))
    row = QuintileScore.objects.get()
    assert (row.active_months, row.spent, row.segment) == (2, Decimal(200), "potential")


def test_another_company_stays_as_it_is(acme: World, globex: World) -> None:
    with globex.inside():
        place_order(make_customer(globex.system()), at=noon(3))
    refresh_quintiles(actor=acme.system())
    with use_company(globex.company.pk):
        assert not QuintileScore.objects.exists()
