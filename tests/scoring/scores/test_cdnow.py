"""The CDNOW data set (tests/data/cdnow) through the generic CSV, scored as of 1998-06-30, against a
recomputation in plain Python that shares nothing with the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import pytest

from scoring.models import Engagement, ExchangeRate, Order
from scoring.services.import_run import run_import
from tests.factories.cdnow import CURRENCY, PLATFORM, Purchase, orders_csv, purchases
from tests.factories.order_imports import started
from tests.scoring.scored import call, holds
from tests.worlds import World

AS_OF = date(1998, 6, 30)
OWNERS = ("external_id", "customer_id")
BANDS = {"hot": 1408, "warm": 1763, "cool": 3102, "cold": 17_297}
Expected = tuple[int, int, Decimal, int, int, int, int, str]


def expected_of(bought: list[Purchase]) -> Expected:
    """Orders, tickets, spent, the three points, score and band of one customer."""
    days = (AS_OF - max(one.day for one in bought)).days
    orders, spent = len(bought), sum((one.dollars for one in bought), Decimal(0))
    recency = 5 if days <= 30 else 4 if days <= 60 else 3 if days <= 90 else 2 if days <= 180 else 1
    frequency = 5 if orders >= 10 else 4 if orders >= 5 else 3 if orders >= 3 else 2
    monetary = (
        5 if spent >= 1000 else 4 if spent >= 500 else 3 if spent >= 200 else 2 if spent >= 50
        else 1
    )  # fmt: skip
    score = 3 * recency + 2 * frequency + monetary
    band = "hot" if score >= 24 else "warm" if score >= 18 else "cool" if score >= 12 else "cold"
    return (
        orders, sum(one.items for one in bought), spent, recency, frequency, monetary, score, band
    )  # fmt: skip


def scored() -> dict[object, Expected]:
    """What the database says of every customer."""
    rows = Engagement.objects.values_list(
        "pk", "orders", "tickets", "net", "recency", "frequency", "monetary", "score", "band"
    )
    return {pk: (*values,) for pk, *values in rows}


def recomputed(lines: Iterable[Purchase], owner_of: Mapping[str, object]) -> dict[object, Expected]:
    """What the file says of every customer; all lines of one must belong to one."""
    bought: dict[str, list[Purchase]] = defaultdict(list)
    for one in lines:
        bought[one.customer].append(one)
    expected: dict[object, Expected] = {}
    for theirs in bought.values():
        owners = {owner_of[one.order_id] for one in theirs}
        assert len(owners) == 1
        expected[owners.pop()] = expected_of(theirs)
    assert len(expected) == len(bought)
    return expected


@pytest.mark.timeout(400)
def test_everybody_scores_as_recomputed(acme: World, committed: None) -> None:
    lines = list(purchases())
    with acme.inside():
        ExchangeRate.objects.create(
            company=acme.company, currency=CURRENCY, rate=1, valid_from=date(1990, 1, 1)
        )
    file = started(acme, orders_csv(), platform=PLATFORM)
    done = run_import(company_id=acme.company.pk, import_id=file.pk)
    assert done is not None
    assert (done.state, done.created_orders, done.bad_rows) == ("done", 69_659, 0)
    with acme.inside():
        call("score_company", "rescore", AS_OF)
        found = scored()
        assert len(found) == 23_570
        assert found == recomputed(lines, dict(Order.objects.values_list(*OWNERS)))
        assert holds()
    # The table of docs/scoring.md.
    assert Counter(values[-1] for values in found.values()) == BANDS
