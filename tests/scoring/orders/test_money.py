"""Money from files and APIs: exact, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.orders.bad_value import BadValue
from scoring.orders.money import from_minor_units, read_currency, read_money

CENTS = st.integers(min_value=-(10**13), max_value=10**13)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("$1,234.50", "1234.50"),
        ("A$20.00", "20.00"),
        ("(12.00)", "-12.00"),
        ("-$3.50", "-3.50"),
        ("$-3.50", "-3.50"),
        ("−4", "-4.00"),
        ("12-", "-12.00"),
        ("12.00 AUD", "12.00"),
        ("AUD 12.00", "12.00"),
        ("Rs. 1,00,000", "100000.00"),
        ("1\u00a0234.50", "1234.50"),
        ("฿ 99", "99.00"),
        (".5", "0.50"),
        (104.99, "104.99"),
        (0.1 + 0.2, "0.30"),
        (2.675, "2.68"),
        (1111, "1111.00"),
        (-0.0, "0.00"),
    ],
)
def test_amounts(written: object, amount: str) -> None:
    assert str(read_money(written)) == amount


@pytest.mark.parametrize("nothing", [None, "", "  ", "None", "null", "n/a", "-"])
def test_nothing(nothing: object) -> None:
    assert read_money(nothing) is None


@pytest.mark.parametrize(
    "bad", ["12,50", "1.234,50", "1e5", "twelve", "--5", "(-5)", "$", True, [], 1e30, float("nan")]
)
def test_refused(bad: object) -> None:
    with pytest.raises(BadValue) as raised:
        read_money(bad)
    assert raised.value.code == "bad_money"


@given(CENTS)
def test_no_cent_is_lost(cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    assert read_money(str(amount)) == amount
    assert read_money(f"${amount:,}") == amount
    assert from_minor_units(cents, "AUD") == amount


@given(st.integers(min_value=-(10**10), max_value=10**10))
def test_a_float_is_read_by_what_it_prints(cents: int) -> None:
    assert read_money(cents / 100) == Decimal(cents).scaleb(-2)


@given(st.text() | st.floats() | st.integers() | st.none() | st.booleans())
def test_anything_is_read_or_refused(value: object) -> None:
    try:
        amount = read_money(value)
    except BadValue:
        return
    assert amount is None or amount.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(2200, "AUD", "22.00"), ("2200", "JPY", "2200.00"), (2200, "KWD", "2.20"), (5, "XXQ", "0.05")],
)
def test_smallest_units_differ_by_currency(minor: object, currency: str, amount: str) -> None:
    assert str(from_minor_units(minor, currency)) == amount


@pytest.mark.parametrize("bad", ["20.00", 20.5, True, "x", {}])
def test_no_minor_units(bad: object) -> None:
    with pytest.raises(BadValue):
        from_minor_units(bad, "AUD")


def test_currencies() -> None:
    assert read_currency(" aud ") == "AUD"
    assert read_currency(None) == ""
    with pytest.raises(BadValue):
        read_currency("dollars")
