"""The engagement panel of the card, all orders of a customer, and how their score came about."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from scoring.models import Order, OrderStatus
from scoring.services.membership import keep_out
from scoring.services.rules import activate_rules, draft_rules
from scoring.services.segments import create_segment
from tests.customers.web.test_card_page import text_of
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]


@pytest.fixture
def ana(acme: World) -> Customer:
    customer = make_customer(acme.system(), name="Ana Best")
    now = timezone.now()
    place_order(customer, net="80", gross="100", at=now - timedelta(days=41), event_name="Jazz")
    place_order(customer, net="150", at=now - timedelta(days=60), status=OrderStatus.REFUNDED)
    place_order(customer, net="20.50", at=now - timedelta(days=90), currency="USD")
    return customer


def test_the_panel_says_why(acme: World, client_of: SignIn, ana: Customer) -> None:
    page = text_of(client_of(acme.staff[Role.RECEPTIONIST]).get(f"/customers/{ana.pk}/").content)
    for words in (
        "18 Warm",
        "Last order 41 days ago 4 of 5",
        "2 orders 2 of 5",
        "100.50 AUD net 2 of 5",
        "80 AUD of 100",
        "20.50 USD",
        "Refunded",
    ):
        assert words in page, words


def test_a_customer_without_orders(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.system())
    page = text_of(
        client_of(acme.staff[Role.RECEPTIONIST]).get(f"/customers/{customer.pk}/").content
    )
    assert "6 Cold" in page
    assert "No order yet: 1 of 5 points" in page
    assert "All orders" not in page


def test_segments_on_the_card(acme: World, client_of: SignIn, ana: Customer) -> None:
    manager = acme.actor(Role.MANAGER)
    front = create_segment(actor=manager, name="Front row")
    back = create_segment(actor=manager, name="Back row")
    keep_out(actor=manager, segment_id=back.pk, customer_id=ana.pk)
    client, card = client_of(acme.staff[Role.MANAGER]), f"/customers/{ana.pk}/"
    page = client.get(card).content.decode()
    assert "Kept out of Back row" in page
    sent = {"customer": str(ana.pk), "back": "card"}
    url = f"/customers/segments/{front.slug}/members/"
    answer = client.post(url, {**sent, "decision": "add"}, follow=True)
    assert answer.redirect_chain[0][0].startswith(card)
    assert f'href="/customers/segments/{front.slug}/"' in answer.content.decode()
    client.post(url, {**sent, "decision": "take_back"})
    assert front.memberships.count() == 0
    # Others see where somebody belongs and change nothing.
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    assert "/members/" not in desk.get(card).content.decode()
    assert desk.post(url, {**sent, "decision": "add"}).status_code == 403


def test_orders_in_pages(acme: World, client_of: SignIn, ana: Customer) -> None:
    for number in range(51):
        place_order(ana, at=timezone.now() - timedelta(days=100 + number))
    client, url = client_of(acme.staff[Role.SERVICE]), f"/customers/{ana.pk}/orders/"
    first = client.get(url)
    assert len(first.context["rows"]) == 50
    assert "Not in the score" in first.content.decode()
    second = client.get(url + first.context["next_url"])
    assert len(second.context["rows"]) == 4
    assert client.get(f"{url}?cursor=x").status_code == 400


def test_an_order_without_a_rate_says_so(acme: World, client_of: SignIn, ana: Customer) -> None:
    Order.objects.filter(currency="USD").update(scored_net=None)
    html = client_of(acme.staff[Role.FINANCE]).get(f"/customers/{ana.pk}/orders/").content
    assert b"No rate for USD" in html


def test_the_ledger(acme: World, client_of: SignIn, ana: Customer) -> None:
    answer = client_of(acme.staff[Role.RECEPTIONIST]).get(f"/customers/{ana.pk}/score/")
    page = text_of(answer.content)
    assert "Last order 41 days ago" in page
    assert "× 3 12" in page
    changes = answer.context["rows"]
    assert changes[0].score_after == answer.context["worth"].engagement.score
    assert changes[-1].score_before == 6
    never = make_customer(acme.system())
    quiet = client_of(acme.staff[Role.RECEPTIONIST]).get(f"/customers/{never.pk}/score/")
    assert "it has been 6 from the beginning" in text_of(quiet.content)


def test_the_reasons_add_up(acme: World, client_of: SignIn, ana: Customer) -> None:
    answer = client_of(acme.staff[Role.RECEPTIONIST]).get(f"/customers/{ana.pk}/score/")
    worth = answer.context["worth"]
    assert worth.engagement.score == sum(one.points * one.weight for one in worth.reasons)
    assert worth.engagement.net == Decimal("100.50")


def test_the_second_rule_set_where_the_company_shows_it(
    acme: World, client_of: SignIn, ana: Customer
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quintile_refresh()")
    desk, card = client_of(acme.staff[Role.RECEPTIONIST]), f"/customers/{ana.pk}/"
    assert "Potential" not in text_of(desk.get(card).content)
    admin = acme.actor(Role.ADMIN)
    rules = draft_rules(actor=admin, values={"shows_quintiles": True})
    activate_rules(actor=admin, rule_set_id=rules.pk)
    assert "Potential" in text_of(desk.get(card).content)


@pytest.mark.parametrize("page", ["orders", "score"])
def test_another_companys_customer(
    globex: World, acme: World, client_of: SignIn, ana: Customer, page: str
) -> None:
    stranger = client_of(globex.staff[Role.ADMIN])
    answer = stranger.get(f"/customers/{ana.pk}/{page}/")
    assert answer.status_code == 404
    assert b"Ana" not in answer.content
