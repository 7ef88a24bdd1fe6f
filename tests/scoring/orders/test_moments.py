"""Times from files and APIs: one meaning, told and never guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.tabular.date_order import DateOrder
from scoring.orders.bad_value import BadValue
from scoring.orders.moments import is_ambiguous, read_moment
from tests.scoring.orders.recorded import DAY, MONTH, SYDNEY

MOMENTS = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2198, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def read(value: object, order: DateOrder | None = None, zone: ZoneInfo = SYDNEY) -> str | None:
    moment = read_moment(value, zone=zone, order=order)
    return moment and moment.strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("written", "order", "moment"),
    [
        ("08/03/2026 6:45 pm", DAY, "2026-03-08 07:45:00"),
        ("08/03/2026 6:45 pm", MONTH, "2026-08-03 08:45:00"),
        ("11/29/24 22:28", MONTH, "2024-11-29 11:28:00"),
        ("31.12.2026", DAY, "2026-12-30 13:00:00"),
        ("1/2/98", DAY, "1998-01-31 13:00:00"),
        ("08/03/2026 12:00 am", DAY, "2026-03-07 13:00:00"),
        ("Sep 26, 2026 7:05 PM", None, "2026-09-26 09:05:00"),
        ("26 September 2026", None, "2026-09-25 14:00:00"),
        ("Saturday, September 26, 2026 at 7:05 PM", None, "2026-09-26 09:05:00"),
        ("2026-03-08T07:45:10Z", None, "2026-03-08 07:45:10"),
        ("2026-03-08T07:45:10.000Z", None, "2026-03-08 07:45:10"),
        ("2026-03-08T07:45:10+0000", None, "2026-03-08 07:45:10"),
        ("2026-03-08 07:45:10 +0530", None, "2026-03-08 02:15:10"),
        ("2026-03-08 07:45:10 UTC", None, "2026-03-08 07:45:10"),
        ("2026-03-08 18:45", None, "2026-03-08 07:45:00"),
        ("19970101", None, "1996-12-31 13:00:00"),
        ("1772956800", None, "2026-03-08 08:00:00"),
        (1772956800000, None, "2026-03-08 08:00:00"),
    ],
)
def test_moments(written: object, order: DateOrder | None, moment: str) -> None:
    assert read(written, order) == moment


@pytest.mark.parametrize("nothing", [None, "", "0000-00-00", "0000-00-00 00:00:00", "null"])
def test_nothing(nothing: object) -> None:
    assert read(nothing) is None


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("08/03/2026", "no_date_order"),
        ("31/12/2026", "no_date_order"),
        ("yesterday", "bad_date"),
        ("2026-13-01", "bad_date"),
        ("30 Feb 2026", "bad_date"),
        ("26 Foo 2026", "bad_date"),
        ("1850-01-01", "bad_date"),
        ("9999-12-31T23:59:59-12:00", "bad_date"),
        ("99999999999999999999", "bad_date"),
        (1e300, "bad_date"),
        (True, "bad_date"),
    ],
)
def test_refused(bad: object, code: str) -> None:
    with pytest.raises(BadValue) as raised:
        read(bad)
    assert raised.value.code == code


def test_a_day_that_the_other_order_does_not_have_is_not_turned_around() -> None:
    with pytest.raises(BadValue):
        read("11/29/2024", DAY)


@given(MOMENTS)
def test_what_is_written_is_read(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert read_moment(whole.isoformat(), zone=SYDNEY, order=None) == whole
    assert read_moment(int(whole.timestamp()), zone=SYDNEY, order=None) == whole
    minute, utc = whole.replace(second=0), ZoneInfo("UTC")
    assert read_moment(f"{minute:%d/%m/%Y %H:%M}", zone=utc, order=DAY) == minute
    assert read_moment(f"{minute:%m/%d/%Y %I:%M %p}", zone=utc, order=MONTH) == minute
    assert read_moment(f"{minute:%b %d, %Y %I:%M %p}", zone=utc, order=None) == minute


@given(st.text() | st.integers() | st.floats(), st.sampled_from([DAY, MONTH, None]))
def test_anything_is_read_or_refused(value: object, order: DateOrder | None) -> None:
    try:
        moment = read_moment(value, zone=SYDNEY, order=order)
    except BadValue:
        return
    assert moment is None or moment.utcoffset() == timedelta(0)


def test_which_dates_are_in_doubt() -> None:
    assert is_ambiguous("08/03/2026 6:45 pm")
    assert is_ambiguous("31/12/26")
    assert not is_ambiguous("2026-03-08")
    assert not is_ambiguous("Sep 26, 2026")
