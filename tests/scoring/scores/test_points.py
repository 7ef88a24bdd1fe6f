"""The standard rules at each edge (S1.5), and days that end where the company is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from scoring.models import Engagement
from tests.factories.customers import make_customer
from tests.scoring.scored import call, holds, ledger, noon, place_many, place_order, points
from tests.worlds import World


def test_nobody_ordered_is_six_and_has_no_ledger(acme: World) -> None:
    customer = make_customer(acme.system())
    assert points(customer) == (1, 1, 1, 6, "cold")
    assert ledger(customer) == []
    assert Engagement.objects.get().base_score == 6


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 5), (30, 5), (31, 4), (60, 4), (61, 3), (90, 3), (91, 2), (180, 2), (181, 1), (4000, 1)],
)
def test_recency(acme: World, days: int, expected: int) -> None:
    customer = make_customer(acme.system())
    place_order(customer, at=noon(days))
    assert points(customer)[0] == expected


@pytest.mark.parametrize(
    ("orders", "expected"),
    [(0, 1), (1, 2), (2, 2), (3, 3), (4, 3), (5, 4), (9, 4), (10, 5)],
)
def test_frequency(acme: World, orders: int, expected: int) -> None:
    customer = make_customer(acme.system())
    place_many(customer, ["1"] * orders, at=noon(1))
    assert points(customer)[1] == expected


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        ("-10", 1), ("0", 1), ("49.99", 1), ("50", 2), ("199.99", 2), ("200", 3), ("499.99", 3),
        ("500", 4), ("999.99", 4), ("1000", 5),
    ],
)  # fmt: skip
def test_monetary(acme: World, net: str, expected: int) -> None:
    customer = make_customer(acme.system())
    place_order(customer, net=net, at=noon(1))
    assert points(customer)[2] == expected


def test_the_best_is_thirty(acme: World) -> None:
    customer = make_customer(acme.system())
    place_many(customer, ["100"] * 10, at=noon(0))
    assert points(customer) == (5, 5, 5, 30, "hot")
    assert holds()


@pytest.mark.parametrize(
    ("score", "band"),
    [(6, "cold"), (11, "cold"), (12, "cool"), (17, "cool"), (18, "warm"), (23, "warm"),
     (24, "hot"), (30, "hot")],
)  # fmt: skip
def test_bands(acme: World, score: int, band: str) -> None:
    assert call("score_band", score, 24, 18, 12) == band


@pytest.mark.parametrize(
    ("days", "nets", "expected"),
    [
        (181, ["499", "1", "1"], (1, 3, 4, 13, "cool")),
        (181, ["10", "10", "40"], (1, 3, 2, 11, "cold")),
        (90, ["10", "10", "40"], (3, 3, 2, 17, "cool")),
        (90, ["100", "60", "40"], (3, 3, 3, 18, "warm")),
        (30, ["10", "10", "10"], (5, 3, 1, 22, "warm")),
        (30, ["10", "10", "30"], (5, 3, 2, 23, "warm")),
        (30, ["100", "60", "40"], (5, 3, 3, 24, "hot")),
    ],
)
def test_scores_on_both_sides_of_a_band(
    acme: World, days: int, nets: list[str], expected: tuple[int, int, int, int, str]
) -> None:
    customer = make_customer(acme.system())
    place_many(customer, nets, at=noon(days))
    assert points(customer) == expected


SYDNEY = ZoneInfo("Australia/Sydney")


@pytest.mark.parametrize(
    ("ordered_at", "on_day", "expected"),
    [
        # One second before and after a Sydney midnight, which is 14:00 in UTC in winter.
        (datetime(2026, 6, 30, 23, 59, 59, tzinfo=SYDNEY), date(2026, 7, 31), 4),
        (datetime(2026, 7, 1, 0, 0, 0, tzinfo=SYDNEY), date(2026, 7, 31), 5),
        (datetime(2026, 6, 30, 13, 59, 59, tzinfo=UTC), date(2026, 7, 31), 4),
        (datetime(2026, 6, 30, 14, 0, 0, tzinfo=UTC), date(2026, 7, 31), 5),
        # Clocks go forward on 4 October 2026 and back on 5 April 2026; days stay days.
        (datetime(2026, 10, 3, 23, 59, 59, tzinfo=SYDNEY), date(2026, 11, 3), 4),
        (datetime(2026, 10, 4, 0, 0, 0, tzinfo=SYDNEY), date(2026, 11, 3), 5),
        (datetime(2026, 4, 4, 23, 59, 59, tzinfo=SYDNEY), date(2026, 5, 5), 4),
        (datetime(2026, 4, 5, 0, 0, 0, tzinfo=SYDNEY), date(2026, 5, 5), 5),
    ],
)
def test_days_have_the_edges_of_the_company(
    acme: World, ordered_at: datetime, on_day: date, expected: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT recency FROM score_of(%s, %s, 1, 100, %s)",
            [acme.company.pk, on_day, ordered_at],
        )
        assert cursor.fetchone() == (expected,)


@pytest.mark.parametrize(
    ("zone", "day", "first_instant"),
    [
        # Havana puts clocks back at one, so the hour after midnight comes twice.
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        # Beirut puts them forward at midnight: the day begins at one.
        ("Asia/Beirut", date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC)),
        ("Australia/Sydney", date(2026, 1, 1), datetime(2025, 12, 31, 13, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 1, 1), datetime(2025, 12, 31, 18, 15, tzinfo=UTC)),
    ],
)
def test_the_first_instant_of_a_day(zone: str, day: date, first_instant: datetime) -> None:
    for moment, expected in ((first_instant, day), (first_instant - timedelta(seconds=1), None)):
        local = moment.astimezone(ZoneInfo(zone)).date()
        assert local == (expected or day - timedelta(days=1))


def test_the_database_agrees_on_first_instants(acme: World) -> None:
    assert call("day_start", date(2026, 11, 1), "America/Havana") == datetime(
        2026, 11, 1, 4, tzinfo=UTC
    )
    assert call("day_start", date(2026, 3, 29), "Asia/Beirut") == datetime(
        2026, 3, 28, 22, tzinfo=UTC
    )


def test_money_without_a_rate_counts_nothing(acme: World) -> None:
    customer = make_customer(acme.system())
    place_order(customer, net="700", scored_net=None, scored_gross=None, currency="USD")
    row = Engagement.objects.get(pk=customer.pk)
    assert (row.orders, row.net, row.monetary) == (1, Decimal(0), 1)
