"""Orders in other currencies are worth what the rate of their day says."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Event

import pytest

from crm import outbox
from crm.errors import Forbidden, InvalidInput
from crm.models import AuditEvent
from crm.roles import Role
from scoring.models import ExchangeRate, Order, ReviewState
from scoring.services import exchange_rates
from scoring.services.exchange_rates import remove_rate, set_rate
from scoring.services.orders import upsert_orders
from tests.factories.orders import make_order, order_data
from tests.threads import run_threads
from tests.worlds import World

MARCH = date(2026, 3, 1)


def rate(world: World, value: str, since: date = MARCH, currency: str = "USD") -> ExchangeRate:
    return set_rate(
        actor=world.actor(Role.FINANCE), currency=currency, rate=Decimal(value), valid_from=since
    )


def scored(order: Order) -> tuple[Decimal | None, Decimal | None]:
    order.refresh_from_db()
    return order.scored_gross, order.scored_net


def test_without_a_rate_the_value_is_unknown_and_follows_when_it_comes(acme: World) -> None:
    order = make_order(acme.system(), currency="USD", gross="100", refunded="10")
    assert scored(order) == (None, None)
    assert order.is_counted
    rate(acme, "1.5")
    assert scored(order) == (Decimal(150), Decimal(135))
    event = AuditEvent.objects.get(action="exchangerate.set")
    assert event.new == {"currency": "USD", "valid_from": "2026-03-01", "rate": "1.50000000"}


def test_the_rate_of_the_companys_day_counts(acme: World) -> None:
    rate(acme, "1.5")
    rate(acme, "2", MARCH + timedelta(days=1))
    # Sydney is eleven hours ahead: its 2 March begins at 13:00 UTC of the first.
    moments = [datetime(2026, 3, 1, hour, 59, tzinfo=UTC) for hour in (12, 13)]
    orders = [
        make_order(acme.system(), currency="USD", gross="10", ordered_at=moment)
        for moment in moments
    ]
    assert [scored(order)[1] for order in orders] == [Decimal(15), Decimal(20)]
    early = datetime(2026, 2, 28, 12, 59, tzinfo=UTC)
    before = make_order(acme.system(), currency="USD", ordered_at=early)
    assert scored(before) == (None, None)


def test_a_changed_rate_touches_the_orders_of_its_days_only(acme: World) -> None:
    rate(acme, "1.5")
    rate(acme, "2", date(2026, 4, 1))
    march = make_order(acme.system(), currency="USD", gross="10")
    april = make_order(
        acme.system(), currency="USD", gross="10", ordered_at=datetime(2026, 4, 5, tzinfo=UTC)
    )
    euro = make_order(acme.system(), currency="EUR", gross="10")
    stamp = april.updated_at
    rate(acme, "3")
    assert [scored(order)[1] for order in (march, april, euro)] == [Decimal(30), Decimal(20), None]
    assert april.updated_at == stamp


def test_the_same_rate_again_writes_nothing(acme: World) -> None:
    rate(acme, "1.5")
    rate(acme, "1.50")
    assert (ExchangeRate.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_a_rate_that_is_taken_back_leaves_the_one_before(acme: World) -> None:
    rate(acme, "1.5", date(2026, 1, 1))
    rate(acme, "2")
    order = make_order(acme.system(), currency="USD", gross="10")
    finance = acme.actor(Role.FINANCE)
    remove_rate(actor=finance, currency="USD", valid_from=MARCH)
    assert scored(order)[1] == Decimal(15)
    remove_rate(actor=finance, currency="USD", valid_from=date(2026, 1, 1))
    assert scored(order)[1] is None


def test_a_rate_can_show_that_an_amount_is_absurd(acme: World) -> None:
    order = make_order(acme.system(), currency="USD", gross="60000")
    rate(acme, "2")
    order.refresh_from_db()
    assert (order.review, order.review_reasons) == (ReviewState.FLAGGED, ["absurd"])
    rate(acme, "1.5")
    order.refresh_from_db()
    assert (order.review, order.review_reasons) == (ReviewState.FINE, [])


def test_a_confirmed_amount_stays_confirmed(acme: World) -> None:
    order = make_order(acme.system(), currency="USD", gross="60000")
    Order.objects.update(review=ReviewState.CONFIRMED)
    rate(acme, "2")
    order.refresh_from_db()
    assert order.review == ReviewState.CONFIRMED


def test_what_is_too_large_to_keep_has_no_value(acme: World) -> None:
    order = make_order(acme.system(), currency="USD", gross="999999999999")
    rate(acme, "1000")
    assert scored(order) == (None, None)


def test_many_orders_follow_in_several_steps(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_rates, "CHUNK", 2)
    for _ in range(5):
        make_order(acme.system(), currency="USD", gross="10")
    rate(acme, "2")
    assert Order.objects.filter(scored_net=20).count() == 2
    outbox.drain(acme.company.pk)
    assert Order.objects.filter(scored_net=20).count() == 5


@pytest.mark.parametrize(
    ("currency", "value", "field"),
    [
        ("AUD", "1", "currency"),
        ("ABC", "1", "currency"),
        ("", "1", "currency"),
        ("USD", "0", "rate"),
        ("USD", "-1", "rate"),
        ("USD", "NaN", "rate"),
        ("USD", "1e12", "rate"),
        ("USD", "1e-12", "rate"),
    ],
)
def test_bad_rates_are_refused(acme: World, currency: str, value: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rate(acme, value, currency=currency)
    assert field in refused.value.fields


def test_the_stranger_has_rates_of_their_own(acme: World, globex: World) -> None:
    with globex.inside():
        rate(globex, "80")
    order = make_order(acme.system(), currency="USD")
    assert scored(order) == (None, None)


def test_other_roles_may_not_set_rates(acme: World) -> None:
    with pytest.raises(Forbidden):
        set_rate(actor=acme.actor(Role.SERVICE), currency="USD", rate=Decimal(2), valid_from=MARCH)


def test_an_order_that_comes_while_a_rate_changes_is_not_missed(
    committed: None, acme: World
) -> None:
    with acme.inside():
        rate(acme, "1.5")
    has_read = Event()

    def work(number: int) -> None:
        if number == 0:
            with acme.inside():
                upsert_orders(actor=acme.system(), orders=[order_data(currency="USD", gross="10")])
                has_read.set()
        else:
            has_read.wait(timeout=30)
            with acme.inside():
                rate(acme, "2")

    run_threads(2, work)
    with acme.inside():
        assert Order.objects.get().scored_net == Decimal(20)
