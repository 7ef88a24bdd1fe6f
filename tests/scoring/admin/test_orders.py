"""Orders and rates in the admin."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from crm.models import StaffMember
from crm.roles import Role
from scoring.models import ExchangeRate, Order, ReviewState
from tests.factories.orders import make_order
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
LIST = "admin:scoring_order_changelist"
RATES = "admin:scoring_exchangerate_changelist"


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.ADMIN])


def act(desk: Client, where: str, action: str, *ids: object) -> str:
    data = {"action": action, ACTION_CHECKBOX_NAME: [str(one) for one in ids]}
    return desk.post(reverse(where), data, follow=True).content.decode()


def test_the_list_tells_an_order_in_words(acme: World, desk: Client) -> None:
    order = make_order(acme.system(), gross="-5", event_name="Gala")
    html = desk.get(reverse(LIST)).content.decode()
    for fact in (
        "Gala",
        "-5.00 AUD",
        "to be confirmed",
        "A negative amount",
        f"/orders/{order.pk}/",
    ):
        assert fact in html
    page = desk.get(reverse("admin:scoring_order_change", args=[order.pk]))
    assert page.status_code == 200


def test_the_actions(acme: World, desk: Client) -> None:
    flagged, fine = make_order(acme.system(), gross="-5"), make_order(acme.system())
    said = act(desk, LIST, "confirm_selected", flagged.pk, fine.pk)
    assert "does not wait for anybody" in said
    assert "Done for 1." in said
    act(desk, LIST, "remove_selected", fine.pk)
    act(desk, LIST, "unlink_selected", fine.pk)
    flagged.refresh_from_db()
    fine.refresh_from_db()
    assert flagged.review == ReviewState.CONFIRMED
    assert (fine.removed_by, fine.customer_id) == ("hand", None)
    act(desk, LIST, "restore_selected", fine.pk)
    fine.refresh_from_db()
    assert fine.removed_at is None


def test_a_rate_is_added_mended_and_taken_back(acme: World, desk: Client) -> None:
    make_order(acme.system(), currency="USD", gross="10")
    values = {"currency": "USD", "valid_from": "2026-03-01", "rate": "1.5"}
    desk.post(reverse("admin:scoring_exchangerate_add"), values)
    rate = ExchangeRate.objects.get()
    assert Order.objects.get().scored_net == Decimal(15)
    page = reverse("admin:scoring_exchangerate_change", args=[rate.pk])
    desk.post(page, {"rate": "2"})
    assert Order.objects.get().scored_net == Decimal(20)
    act(desk, RATES, "take_back", rate.pk)
    assert not ExchangeRate.objects.exists()
    assert Order.objects.get().scored_net is None


def test_a_bad_rate_is_refused_in_words(acme: World, desk: Client) -> None:
    values = {"currency": "AUD", "valid_from": "2026-03-01", "rate": "1.5"}
    said = desk.post(reverse("admin:scoring_exchangerate_add"), values, follow=True)
    assert "other than the company" in said.content.decode()
    assert not ExchangeRate.objects.exists()


def test_the_strangers_order_is_not_listed(acme: World, globex: World, desk: Client) -> None:
    with globex.inside():
        order = make_order(globex.system(), event_name="Their gala", gross="-5")
    assert "Their gala" not in desk.get(reverse(LIST)).content.decode()
    act(desk, LIST, "confirm_selected", order.pk)
    with globex.inside():
        order.refresh_from_db()
        assert order.review == ReviewState.FLAGGED
