"""Revenue by time, platform and event: what counts, whose day it is, who may read it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from crm.errors import Forbidden
from crm.roles import Role
from customers.models import Customer
from scoring.models import OrderStatus
from scoring.selectors.revenue import Revenue, RevenueReport, Span, Step, revenue
from scoring.services.refresh import RefreshedView, RefreshOutcome, refresh_view
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World


def buyer(world: World) -> Customer:
    return make_customer(world.system())


def renew() -> None:
    done = refresh_view(view=RefreshedView.REVENUE, asked_by="test")
    assert done is RefreshOutcome.DONE


def report(world: World, span: Span = Span.YEAR) -> RevenueReport:
    with world.inside():
        return revenue(actor=world.actor(Role.MANAGER), span=span)


def test_only_what_counts(committed: None, acme: World, globex: World) -> None:
    with globex.inside():
        place_order(buyer(globex), net="9999")
    with acme.inside():
        ana = buyer(acme)
        place_order(ana, net="80.50", gross="100", tickets=2, event_id="7", event_name="Jazz")
        place_order(ana, net="19.50", event_id="7", event_name="Jazz", platform="eventbrite")
        place_order(ana, net="10", event_id="7", event_name="Jazz", scored_net=None)
        place_order(ana, status=OrderStatus.REFUNDED)
        place_order(ana, review="flagged")
        place_order(ana, removed_at=timezone.now(), removed_by="hand")
    renew()
    found = report(acme)
    assert (found.total.net, found.total.orders, found.total.no_rate) == (Decimal(100), 3, 1)
    assert list(found.by_platform) == ["humanitix", "eventbrite"]
    assert [(one.platform, one.name, one.net, one.orders) for one in found.events] == [
        ("humanitix", "Jazz", Decimal("80.50"), 2),
        ("eventbrite", "Jazz", Decimal("19.50"), 1),
    ]
    assert report(globex).total.net == Decimal(9999)


def test_days_have_the_companys_edges(committed: None, acme: World) -> None:
    # 30 June 20:00 UTC is 1 July in Sydney.
    with acme.inside():
        place_order(buyer(acme), net="5", at=datetime(2020, 6, 30, 20, tzinfo=UTC))
    renew()
    found = report(acme, Span.ALL)
    assert found.step is Step.YEAR
    assert found.steps[0] == date(2020, 1, 1)
    assert found.by_step[date(2020, 1, 1)]["humanitix"].net == 5
    with acme.inside():
        place_order(buyer(acme), net="7", at=timezone.now() - timedelta(days=29))
        place_order(buyer(acme), net="70", at=timezone.now() - timedelta(days=31))
    renew()
    assert report(acme, Span.DAYS).total.net == 7
    assert len(report(acme, Span.DAYS).steps) == 30


def test_months_have_no_gaps(committed: None, acme: World) -> None:
    with acme.inside():
        place_order(buyer(acme), at=timezone.now() - timedelta(days=300))
        place_order(buyer(acme), at=timezone.now() + timedelta(days=400))  # a clock in the future
    renew()
    for span in (Span.YEAR, Span.ALL):
        found = report(acme, span)
        assert found.step is Step.MONTH
        assert found.total.orders == 1
        assert set(found.by_step) <= set(found.steps)
        assert all(day.day == 1 for day in found.steps)
    assert len(report(acme, Span.YEAR).steps) == 12


def test_nothing_sold_yet(committed: None, acme: World) -> None:
    renew()
    for span in Span:
        found = report(acme, span)
        assert found.total == Revenue()
        assert found.steps


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.SERVICE])
def test_other_roles_see_no_revenue(acme: World, role: Role) -> None:
    with pytest.raises(Forbidden):
        revenue(actor=acme.actor(role))
