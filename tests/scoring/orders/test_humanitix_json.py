"""Orders of Humanitix' API."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.models import OrderStatus
from scoring.orders.bad_value import BadOrder
from scoring.orders.humanitix_json import read_order
from tests.scoring.orders.recorded import payload

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def changed(name: str = "humanitix/order.json", **fields: Any) -> Any:
    return payload(name) | fields


def test_an_order_of_which_half_was_refunded() -> None:
    order = read_order(
        payload("humanitix/order.json"),
        event=payload("humanitix/event.json"),
        tickets=payload("humanitix/tickets.json"),
    )
    assert (order.platform, order.external_id) == ("humanitix", "65f0c2a4d1e2b30012ab34cg")
    assert (order.reference, order.currency) == ("0064YQ47", "AUD")
    assert (order.gross, order.refunded, order.net) == (
        Decimal("104.99"),
        Decimal("50.00"),
        Decimal("50.00"),
    )
    assert (order.status, order.platform_status) == (
        OrderStatus.PARTLY_REFUNDED,
        "partiallyRefunded",
    )
    assert (order.event_name, order.venue, order.tickets) == (
        "Harbour Comedy Night",
        "The Old Boatshed",
        1,
    )
    assert order.ordered_at.isoformat() == "2026-03-08T07:45:10+00:00"
    assert order.changed_at.isoformat() == "2026-03-09T01:00:00+00:00"
    assert (order.buyer.full_name, order.buyer.email) == ("Mia Nguyen", "mia@example.com")
    assert order.buyer.phone == "+61412345678"
    assert order.marketing_opt_in is True
    assert order.discount_code == "EARLY"
    assert order.raw["mobile"] == "0412345678"


def test_what_the_specification_does_not_require_may_be_missing() -> None:
    order = read_order(payload("humanitix/order_bare.json"))
    assert (order.gross, order.net, order.status) == (0, 0, OrderStatus.COMPLETE)
    assert (order.buyer.email, order.buyer.phone, order.buyer.full_name) == ("", "", "")
    assert order.sales_channel == "boxOffice"
    assert order.ordered_at == order.changed_at


@pytest.mark.parametrize(
    ("status", "money", "read"),
    [
        ("complete", "paid", OrderStatus.PARTLY_REFUNDED),  # the totals say 50 went back
        ("complete", "refunded", OrderStatus.REFUNDED),
        ("cancelled", "paid", OrderStatus.CANCELLED),
        ("complete", "disputed", OrderStatus.UNKNOWN),
        ("somewhere", "paid", OrderStatus.UNKNOWN),
    ],
)
def test_statuses_known_and_unknown(status: str, money: str, read: OrderStatus) -> None:
    order = read_order(changed(status=status, financialStatus=money))
    assert (order.status, order.platform_status) == (read, money)


@pytest.mark.parametrize(
    ("location", "mobile", "phone"),
    [
        ("NZ", "021 123 4567", "+64211234567"),
        ("", "0412345678", "0412345678"),
        ("AU", "12", "12"),
        ("XX", "0412345678", "0412345678"),
        ("NZ", "+61 412 345 678", "+61412345678"),
    ],
)
def test_a_mobile_is_at_home_where_the_order_is(location: str, mobile: str, phone: str) -> None:
    assert read_order(changed(location=location, mobile=mobile)).buyer.phone == phone


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"_id": None}, "_id"),
        ({"currency": ""}, "currency"),
        ({"currency": "dollars"}, "currency"),
        ({"createdAt": "soon", "completedAt": None}, "createdAt"),
        ({"totals": {"refunds": "many"}}, "totals.refunds"),
        ({"totals": None, "purchaseTotals": None}, "totals"),
    ],
)
def test_the_bad_field_is_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadOrder) as raised:
        read_order(changed(**fields))
    assert raised.value.field == field


def test_what_cannot_be_stored_is_marked() -> None:
    order = read_order(changed(firstName="A\x00\ud800na", organisation="x\x00"))
    assert order.buyer.first_name == "Ana"
    assert order.raw["organisation"] == "x\ufffd"


@given(st.dictionaries(st.sampled_from(sorted(payload("humanitix/order.json"))), ANY_JSON))
def test_any_content_is_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        order = read_order(changed(**fields))
    except BadOrder:
        return
    assert order.external_id


@given(ANY_JSON)
def test_anything_else_is_refused(content: Any) -> None:
    with pytest.raises(BadOrder):
        read_order(content)
