"""The demo's orders: told as the platforms tell them, and the scores' history follows from them."""

import json
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crm.demo.businesses import BUSINESSES
from crm.demo.cast import ZOE
from crm.demo.population import chunk_rows
from crm.demo.setting import Chunk
from crm.demo.tables import COLUMNS, Rows
from scoring.models.order import OrderStatus
from scoring.orders import eventbrite_json, humanitix_json
from scoring.orders.flags import reasons_to_review
from tests.crm.demo.settings import NOW, setting_of

PARSERS = {"humanitix": humanitix_json.read_order, "eventbrite": eventbrite_json.read_order}


def rows_of(slug: str, customers: int, *, orders: int, number: int = 0, first: int = 0) -> Rows:
    """A part of a company."""
    chunk = Chunk(
        number=number, first=first, customers=customers, first_code=1, leads=40, orders=orders
    )
    return chunk_rows(setting_of(BUSINESSES[slug]), chunk)


def records(rows: Rows, table: str) -> list[dict]:
    """The rows of a table by column."""
    names = [name.strip() for name in COLUMNS[table].split(",")]
    return [dict(zip(names, row, strict=True)) for row in rows[table]]


@pytest.fixture(scope="module")
def comedy() -> Rows:
    """A third of the promoter's customers."""
    return rows_of("comedy", 3_123, orders=3_954)


@pytest.fixture(scope="module")
def scores(comedy: Rows) -> dict[str, int]:
    """Each customer's score, by the lines of the ledger."""
    found = {customer["id"]: 6 for customer in records(comedy, "customers_customer")}
    for line in records(comedy, "scoring_scorechange"):
        assert line["score_before"] == found[line["customer_id"]]
        found[line["customer_id"]] = line["score_after"]
    return found


def test_the_promoter_sells_as_much_as_in_the_source(comedy: Rows):
    assert BUSINESSES["comedy"].orders == 2_178 + 9_684
    orders = records(comedy, "scoring_order")
    assert Counter(order["platform"] for order in orders) == {"humanitix": 726, "eventbrite": 3_228}
    assert min(order["ordered_at"] for order in orders).strftime("%Y-%m") == "2021-04"
    assert max(order["ordered_at"] for order in orders) > NOW - timedelta(days=2)
    assert len({(order["platform"], order["external_id"]) for order in orders}) == len(orders)
    assert {order["currency"] for order in orders} >= {"AUD", "USD"}
    assert sum(order["customer_id"] is None for order in orders) == 13


def test_the_bands_are_near_those_of_the_source(scores: dict[str, int]):
    """S1.5: 20 hot, 653 warm, 1,148 cool, 7,548 cold of 9,369; from 8 to 28, 10.06 on average."""
    values = sorted(scores.values())
    assert values[0] == 8
    assert 24 <= values[-1] <= 30
    assert 9.8 < sum(values) / len(values) < 10.5
    assert 2 <= sum(value >= 24 for value in values) <= 15
    assert 170 <= sum(18 <= value < 24 for value in values) <= 270
    assert 330 <= sum(12 <= value < 18 for value in values) <= 450


def test_what_the_platforms_told_says_the_same(comedy: Rows):
    seen = Counter()
    for order in records(comedy, "scoring_order"):
        told = PARSERS[order["platform"]](json.loads(order["raw"]))
        if order["review"] == "flagged":
            continue
        for name in ("external_id", "currency", "gross", "refunded", "net", "event_id", "status"):
            assert getattr(told, name) == order[name], (name, order)
        assert told.buyer.email == order["buyer_email"]
        assert told.ordered_at == order["ordered_at"].replace(microsecond=0)
        seen[order["platform"], order["status"]] += 1
    assert len(seen) == 8  # two platforms, four ways to end


def test_doubtful_orders_say_what_is_doubtful(comedy: Rows):
    reasons = set()
    for order in records(comedy, "scoring_order"):
        found = reasons_to_review(
            status=order["status"],
            currency=order["currency"],
            gross=order["gross"],
            refunded=order["refunded"],
            net=order["net"],
            scored_gross=order["scored_gross"],
            ordered_at=order["ordered_at"],
            now=NOW,
        )
        assert found == json.loads(order["review_reasons"])
        assert (order["review"] == "flagged") is bool(found)
        reasons.update(found)
    assert len(reasons) >= 3


def counted_by_customer(rows: Rows, *, until=NOW) -> dict[str, list[dict]]:
    """The orders that count now, by customer."""
    found = defaultdict(list)
    for order in records(rows, "scoring_order"):
        stands = order["status"] in (OrderStatus.COMPLETE, OrderStatus.PARTLY_REFUNDED)
        if stands and order["review"] == "fine" and order["customer_id"]:
            found[order["customer_id"]].append(order)
    return found


def score_by_hand(orders: list[dict], zone: ZoneInfo) -> int:
    """S1.5 in plain words, for the day of loading."""
    if not orders:
        return 6
    last = max(order["ordered_at"] for order in orders).astimezone(zone).date()
    days = (NOW.astimezone(zone).date() - last).days
    net = sum((order["scored_net"] or Decimal(0) for order in orders), Decimal(0))
    recency = 5 - sum(days > limit for limit in (30, 60, 90, 180))
    frequency = 1 + sum(len(orders) >= limit for limit in (1, 3, 5, 10))
    monetary = 1 + sum(net >= limit for limit in (50, 200, 500, 1000))
    return 3 * recency + 2 * frequency + monetary


def test_the_replayed_history_ends_where_the_orders_stand(comedy: Rows, scores: dict[str, int]):
    zone = ZoneInfo("Australia/Sydney")
    orders = counted_by_customer(comedy)
    assert len(orders) == len(scores)
    for customer_id, score in scores.items():
        assert score == score_by_hand(orders[customer_id], zone)
    causes = Counter(line["cause"] for line in records(comedy, "scoring_scorechange"))
    assert set(causes) == {"order", "refund", "decay"}


def test_snapshots_count_everybody_of_their_day(comedy: Rows, scores: dict[str, int]):
    days = defaultdict(Counter)
    worth = defaultdict(Decimal)
    for row in records(comedy, "scoring_scoresnapshot"):
        days[row["day"]][row["band"]] += row["customers"]
        worth[row["day"]] += row["net"]
    assert len(days) == 365
    totals = [days[day].total() for day in sorted(days)]
    assert totals == sorted(totals)  # nobody leaves
    yesterday = max(days)
    assert len(scores) - 40 <= totals[-1] <= len(scores)
    assert days[yesterday]["cold"] > days[yesterday]["cool"] > days[yesterday]["warm"]
    net = sum(
        order["scored_net"] or 0
        for orders in counted_by_customer(comedy).values()
        for order in orders
        if str(order["ordered_at"].astimezone(ZoneInfo("Australia/Sydney")).date()) <= yesterday
    )
    assert abs(worth[yesterday] - net) < 2_000  # refunds of today


@pytest.mark.parametrize("slug", list(BUSINESSES))
def test_each_company_shows_something(slug: str):
    business = BUSINESSES[slug]
    orders = records(rows_of(slug, 300, orders=80), "scoring_order")
    assert len(orders) == 80
    assert {order["currency"] for order in orders} >= {business.currency}
    assert all(order["event_name"] for order in orders)


def test_further_chunks_have_orders_of_their_own():
    base = records(rows_of("golf", 200, orders=254), "scoring_order")
    more = records(rows_of("golf", 200, orders=254, number=1, first=100_000), "scoring_order")
    assert not {row["external_id"] for row in base} & {row["external_id"] for row in more}
    rows = rows_of("golf", 200, orders=254, number=1, first=100_000)
    assert rows["scoring_order"] == [tuple(row.values()) for row in more]
    assert rows["scoring_scorechange"] == []  # only the described company has its whole history


def test_buyers_of_tickets_are_customers_and_the_cast_comes_often(comedy: Rows):
    customers = {row["id"]: row for row in records(comedy, "customers_customer")}
    assert {row["lifecycle_stage"] for row in customers.values()} <= {"customer", "churned"}
    zoe = next(row["id"] for row in customers.values() if row["full_name"] == ZOE.full_name)
    assert len(counted_by_customer(comedy)[zoe]) >= 6
