"""Orders of Eventbrite's API."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.models import OrderStatus
from scoring.orders.bad_value import BadOrder
from scoring.orders.eventbrite_json import read_order
from tests.scoring.orders.recorded import payload
from tests.scoring.orders.test_humanitix_json import ANY_JSON


def test_the_documented_order() -> None:
    order = read_order(payload("eventbrite/order.json"))
    assert (order.platform, order.external_id) == ("eventbrite", "1234567890")
    assert (order.gross, order.refunded, order.net) == (Decimal("22.00"), 0, Decimal("20.00"))
    assert (order.status, order.platform_status) == (OrderStatus.COMPLETE, "placed")
    assert order.changed_at.isoformat() == "2026-03-08T07:45:12+00:00"
    assert (order.buyer.full_name, order.buyer.email, order.buyer.phone) == (
        "Asha Rao",
        "asha@example.com",
        "",
    )


def test_attendees_tell_tickets_refunds_and_the_buyers_own_phone() -> None:
    order = read_order(payload("eventbrite/order_expanded.json"))
    assert (order.tickets, order.status) == (2, OrderStatus.PARTLY_REFUNDED)
    assert (order.gross, order.refunded, order.net) == (66, 22, 40)
    assert order.buyer.phone == "+61 412 345 678"
    assert (order.event_name, order.venue) == ("Harbour Comedy Night", "The Old Boatshed")


def test_all_attendees_refunded() -> None:
    content = payload("eventbrite/order_expanded.json")
    for attendee in content["attendees"]:
        attendee["refunded"] = True
    order = read_order(content)
    assert (order.status, order.refunded, order.net) == (OrderStatus.REFUNDED, 66, 0)


def test_a_refunded_ticket_without_a_price_takes_an_even_share() -> None:
    content = payload("eventbrite/order_expanded.json")
    for attendee in content["attendees"]:
        del attendee["costs"]
    order = read_order(content)
    assert (order.refunded, order.net) == (22, 40)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("refunded", OrderStatus.REFUNDED),
        ("cancelled", OrderStatus.CANCELLED),
        ("deleted", OrderStatus.CANCELLED),
        ("unpaid", OrderStatus.PENDING),
        ("transmogrified", OrderStatus.UNKNOWN),
    ],
)
def test_other_statuses(word: str, status: OrderStatus) -> None:
    order = read_order(payload("eventbrite/order.json") | {"status": word})
    assert (order.status, order.platform_status) == (status, word)


def test_an_id_may_be_a_number_and_yen_have_no_cents() -> None:
    content = payload("eventbrite/order.json") | {"id": 1234567890}
    content["costs"] = {"gross": {"currency": "JPY", "value": 2200}}
    order = read_order(content)
    assert (order.external_id, order.gross, order.net) == ("1234567890", 2200, 2200)


def test_the_text_of_an_amount_serves_without_minor_units() -> None:
    content = payload("eventbrite/order.json")
    for cost in content["costs"].values():
        del cost["value"]
    assert read_order(content).gross == 22


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"id": ""}, "id"),
        ({"costs": None}, "costs.gross.currency"),
        ({"costs": {"gross": {"currency": "AUD"}}}, "costs.gross"),
        ({"costs": {"gross": {"currency": "AUD", "value": "x"}}}, "costs.gross.value"),
        ({"created": None}, "created"),
    ],
)
def test_the_bad_field_is_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadOrder) as raised:
        read_order(payload("eventbrite/order.json") | fields)
    assert raised.value.field == field


FIELDS = sorted(payload("eventbrite/order_expanded.json"))


@given(st.dictionaries(st.sampled_from(FIELDS), ANY_JSON))
def test_any_content_is_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        order = read_order(payload("eventbrite/order_expanded.json") | fields)
    except BadOrder:
        return
    assert order.external_id
