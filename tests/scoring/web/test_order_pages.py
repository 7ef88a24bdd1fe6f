"""Orders to look at, and the page of one order."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from crm.models import StaffMember
from crm.roles import Role
from scoring.models import ExchangeRate, Order, ReviewState
from scoring.orders.order_data import Buyer
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
URL = "/orders/"
ACTIONS = ("confirm", "unlink", "remove", "restore", "link")


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.FINANCE])


def test_what_a_flagged_row_tells(acme: World, desk: Client) -> None:
    make_order(
        acme.system(),
        gross="50",
        refunded="80",
        net=Decimal(0),
        event_name="Gala <b>",
        reference="A-1",
        buyer=Buyer(name="Ana Lim", email="ana@example.com"),
    )
    html = desk.get(URL).content.decode()
    for fact in (
        "Gala &lt;b&gt;",
        "Humanitix A-1",
        "Ana Lim",
        "0 AUD",
        "of 50",
        "More refunded than was paid",
        "Confirm",
    ):
        assert fact in html


def test_the_tabs(acme: World, desk: Client) -> None:
    make_order(acme.system(), event_name="Flagged one", gross="-5")
    make_order(acme.system(), event_name="Unlinked one", buyer=Buyer())
    make_order(acme.system(), event_name="Foreign one", currency="USD")
    for show, own in (("flagged", "Flagged"), ("unlinked", "Unlinked"), ("no_rate", "Foreign")):
        html = desk.get(URL, {"show": show}).content.decode()
        assert [name for name in ("Flagged", "Unlinked", "Foreign") if f"{name} one" in html] == [
            own
        ]
    assert "No e-mail, phone or account" in desk.get(URL, {"show": "unlinked"}).content.decode()
    assert desk.get(URL, {"show": "nonsense"}).status_code == 400
    assert desk.get(URL, {"cursor": "damaged"}).status_code == 400


@pytest.mark.parametrize("show", ["flagged", "unlinked", "no_rate"])
def test_nothing_to_do_is_said(acme: World, desk: Client, show: str) -> None:
    page = desk.get(URL, {"show": show})
    assert page.status_code == 200
    assert "show up here" in page.content.decode()


def test_the_number_of_queries_does_not_grow(
    acme: World, desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get(URL)
    for _ in range(4):
        make_order(acme.system(), gross="-5")
    with django_assert_num_queries(12):
        desk.get(URL)


def test_a_click_confirms(acme: World, desk: Client) -> None:
    order = make_order(acme.system(), gross="-5")
    response = desk.post(f"{URL}{order.pk}/confirm/", {"back": "list"}, follow=True)
    assert "is confirmed" in response.content.decode()
    order.refresh_from_db()
    assert order.review == ReviewState.CONFIRMED
    again = make_order(acme.system())
    said = desk.post(f"{URL}{again.pk}/confirm/", follow=True).content.decode()
    assert "does not wait for anybody" in said


def test_an_order_is_linked_by_hand(acme: World, desk: Client) -> None:
    order = make_order(acme.system(), buyer=Buyer(name="Ana Lim"))
    ana = make_customer(acme.actor(), name="Ana Lim")
    page = desk.get(f"{URL}{order.pk}/link/").content.decode()
    assert str(ana.pk) in page
    desk.post(f"{URL}{order.pk}/link/", {"find": "nobody at all"})
    desk.post(f"{URL}{order.pk}/link/", {"customer": ana.pk})
    order.refresh_from_db()
    assert order.customer_id == ana.pk
    assert "Ana Lim" in desk.get(f"{URL}{order.pk}/").content.decode()
    assert desk.post(f"{URL}{order.pk}/link/", {"customer": "x"}).status_code == 400


def test_an_order_is_unlinked_taken_out_and_brought_back(acme: World, desk: Client) -> None:
    order = make_order(acme.system())
    page = f"{URL}{order.pk}/"
    desk.post(f"{page}unlink/")
    assert desk.post(f"{page}remove/", {"reason": ""}).status_code == 422
    assert desk.post(f"{page}remove/", {"reason": "\x00"}).status_code == 422
    desk.post(f"{page}remove/", {"reason": "A test"})
    order.refresh_from_db()
    assert (order.customer_id, order.removed_by) == (None, "hand")
    html = desk.get(page).content.decode()
    for fact in ("Taken out", "A test", "Unlinked", "Bring the order back"):
        assert fact in html
    desk.post(f"{page}restore/")
    order.refresh_from_db()
    assert order.removed_at is None


def test_a_rate_is_set(acme: World, desk: Client) -> None:
    make_order(acme.system(), currency="USD", gross="10")
    bad = desk.post(f"{URL}rates/", {"currency": "ABC", "rate": "x", "valid_from": "2026-03-01"})
    assert bad.status_code == 422
    refused = desk.post(
        f"{URL}rates/", {"currency": "AUD", "rate": "2", "valid_from": "2026-03-01"}
    )
    assert "other than the company&#x27;s own" in refused.content.decode()
    said = desk.post(
        f"{URL}rates/",
        {"currency": "usd", "rate": "1.50", "valid_from": "2026-03-01"},
        follow=True,
    )
    assert "One USD is worth 1.5 AUD" in said.content.decode()
    assert (ExchangeRate.objects.get().rate, Order.objects.get().scored_net) == (
        Decimal("1.5"),
        Decimal(15),
    )


def test_others_may_look_at_an_order_and_change_nothing(acme: World, client_of: SignIn) -> None:
    order = make_order(acme.system(), gross="-5")
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    page = desk.get(f"{URL}{order.pk}/")
    assert page.status_code == 200
    assert "Take out" not in page.content.decode()
    assert desk.get(URL).status_code == 403
    for action in ACTIONS:
        assert desk.post(f"{URL}{order.pk}/{action}/").status_code == 403
    assert 'href="/orders/"' not in desk.get("/").content.decode()


def test_the_strangers_order_is_not_there(acme: World, globex: World, desk: Client) -> None:
    with globex.inside():
        order = make_order(globex.system())
    assert desk.get(f"{URL}{order.pk}/").status_code == 404
    for action in ACTIONS:
        answer = desk.post(f"{URL}{order.pk}/{action}/", {"reason": "x"})
        assert answer.status_code == 404


def test_the_rail_leads_there(acme: World, desk: Client) -> None:
    assert 'href="/orders/"' in desk.get("/").content.decode()


def test_visitors_sign_in_first(db: None) -> None:
    assert Client().get(URL).status_code == 302
