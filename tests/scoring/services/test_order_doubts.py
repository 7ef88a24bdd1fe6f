"""Doubtful orders are kept, and count when they are mended or confirmed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from scoring.models import Order, OrderStatus, ReviewState
from scoring.orders.order_data import OrderData
from scoring.services.order_report import UpsertReport
from scoring.services.orders import upsert_orders
from tests.factories.orders import ORDERED_AT, order_data
from tests.worlds import World

LATER = ORDERED_AT + timedelta(hours=1)


def upsert(world: World, *orders: OrderData) -> UpsertReport:
    return upsert_orders(actor=world.system(), orders=orders)


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"refunded": "150", "net": Decimal(0)}, ["refund_above_gross"]),
        ({"gross": "-5"}, ["negative"]),
        ({"gross": "100000.01"}, ["absurd"]),
        ({"gross": "100000.00"}, []),
        ({"ordered_at": timezone.now() + timedelta(days=2)}, ["future"]),
        ({"ordered_at": timezone.now() + timedelta(hours=20)}, []),
        ({"status": OrderStatus.UNKNOWN, "platform_status": "held"}, ["unknown_status"]),
        ({"currency": "ABC"}, ["unknown_currency"]),
        ({"currency": "dollars"}, ["unknown_currency"]),
        ({"currency": "XXX"}, ["unknown_currency"]),
    ],
)
def test_doubtful_orders_are_kept_and_do_not_count(
    acme: World, values: dict[str, Any], reasons: list[str]
) -> None:
    report = upsert(acme, order_data(**values))
    order = Order.objects.get()
    assert order.review_reasons == reasons
    assert order.review == (ReviewState.FLAGGED if reasons else ReviewState.FINE)
    assert order.is_counted is not bool(reasons)
    assert report.flagged == len(reasons)


def test_a_version_that_is_fine_again_takes_the_flag_away(acme: World) -> None:
    bad = order_data(gross="-5")
    upsert(acme, bad)
    fine = replace(bad, gross=Decimal(5), net=Decimal(5), changed_at=LATER)
    assert upsert(acme, fine).flagged == 0
    assert Order.objects.get().is_counted


def test_a_confirmation_holds_while_the_figures_are_the_same(acme: World) -> None:
    large = order_data(gross="200000")
    upsert(acme, large)
    Order.objects.update(review=ReviewState.CONFIRMED)
    upsert(acme, replace(large, venue="Arena", changed_at=LATER))
    assert Order.objects.get().review == ReviewState.CONFIRMED
    larger = Decimal(300000)
    upsert(acme, replace(large, gross=larger, net=larger, changed_at=LATER + timedelta(1)))
    assert Order.objects.get().review == ReviewState.FLAGGED
