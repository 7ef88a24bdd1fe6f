"""The reports: figures, where they lead, who may read them, and what they cost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.models import OutboxEvent, StaffMember
from crm.roles import Role
from scoring.models import Engagement
from scoring.services.refresh import ASKED, RefreshedView, refresh_view
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
PAGES = ["/reports/", "/reports/rfm/", "/reports/revenue/", "/reports/data/"]
COSTS = {"/reports/": 17, "/reports/rfm/": 12, "/reports/revenue/": 11, "/reports/data/": 15}


def buyers(acme: World) -> None:
    ana, ben = (make_customer(acme.system(), name=name) for name in ("Ana Best", "Ben Middle"))
    for number in range(10):
        place_order(ana, net="120", at=timezone.now() - timedelta(days=number))
    place_order(ben, net="60", at=timezone.now() - timedelta(days=70), event_name="Jazz <b>")


def take_snapshot(day_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT score_snapshot(current_date - %s)", [day_ago])


@pytest.mark.parametrize("path", PAGES)
def test_nothing_yet(acme: World, client_of: SignIn, path: str) -> None:
    answer = client_of(acme.staff[Role.FINANCE]).get(path)
    assert answer.status_code == 200
    assert b'aria-current="page"' in answer.content


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.RELATIONSHIP_MANAGER, Role.SERVICE])
def test_not_for_everybody(acme: World, client_of: SignIn, path: str, role: Role) -> None:
    client = client_of(acme.staff[role])
    assert client.get(path).status_code == 403
    assert b"/reports/" not in client.get("/").content


@pytest.mark.parametrize("path", PAGES)
def test_the_cost_does_not_grow(
    acme: World, client_of: SignIn, path: str, django_assert_num_queries: Callable[..., object]
) -> None:
    client = client_of(acme.staff[Role.MANAGER])
    buyers(acme)
    client.get(path)
    with django_assert_num_queries(COSTS[path]):
        client.get(path)
    for number in range(8):
        place_order(make_customer(acme.system()), net=number)
    with django_assert_num_queries(COSTS[path]):
        client.get(path)


def test_bands_without_a_snapshot_are_counted_now(
    acme: World, globex: World, client_of: SignIn
) -> None:
    buyers(acme)
    html = client_of(acme.staff[Role.MANAGER]).get("/reports/").content.decode()
    assert "2 customers, counted now" in html
    assert 'href="/customers/ranking/?band=hot"' in html
    assert html.index("Ana Best") < html.index("Ben Middle")
    stranger = client_of(globex.staff[Role.ADMIN]).get("/reports/").content.decode()
    assert "Nothing to report yet" in stranger


def test_snapshots_make_the_trend(acme: World, client_of: SignIn) -> None:
    buyers(acme)
    take_snapshot(3)
    make_customer(acme.system())
    take_snapshot(1)
    answer = client_of(acme.staff[Role.MANAGER]).get("/reports/")
    html = answer.content.decode()
    assert "3 customers at the end of" in html
    cold = answer.context["tiles"][3]
    assert (cold.share.customers, cold.change) == (1, 1)
    assert "chart-small" in html


@pytest.mark.parametrize("path", ["/reports/", "/reports/rfm/"])
def test_an_old_snapshot_says_so(acme: World, client_of: SignIn, path: str) -> None:
    buyers(acme)
    client = client_of(acme.staff[Role.MANAGER])
    take_snapshot(5)
    assert b"no nightly snapshot since" in client.get(path).content
    take_snapshot(1)
    assert b"no nightly snapshot since" not in client.get(path).content


def test_moves_between_bands(acme: World, client_of: SignIn) -> None:
    buyers(acme)  # Ana was cold, cool, warm and hot; Ben became cool
    answer = client_of(acme.staff[Role.MANAGER]).get("/reports/")
    flow = answer.context["flow"]
    assert sum(flow.up) == sum(flow.between.values()) > 0
    assert sum(flow.down) == 0
    assert flow.between["cold", "cool"] >= 1
    assert "Customers who changed bands, by week" in answer.content.decode()


def test_a_cell_opens_the_customers_behind_it(acme: World, client_of: SignIn) -> None:
    buyers(acme)
    client = client_of(acme.staff[Role.TEAM_LEAD])
    html = client.get("/reports/rfm/").content.decode()
    link = "/customers/ranking/?recency=5&amp;frequency=5&amp;sort=net"
    assert f'href="{link}"' in html
    assert 'class="heat-6"' in html
    behind = client.get(link.replace("&amp;", "&")).content.decode()
    assert "Ana Best" in behind
    assert "Ben Middle" not in behind
    ben = Engagement.objects.get(orders=1)
    assert f"recency={ben.recency}&amp;frequency={ben.frequency}&amp;" in html


def test_the_second_rule_set(acme: World, client_of: SignIn) -> None:
    buyers(acme)
    with connection.cursor() as cursor:
        cursor.execute("SELECT quintile_refresh()")
    html = client_of(acme.staff[Role.FINANCE]).get("/reports/rfm/").content.decode()
    assert "Champions" in html
    assert 'href="/customers/ranking/?quintile=lost&amp;sort=net"' in html


@pytest.mark.parametrize("span", ["30d", "12m", "all"])
def test_revenue(committed: None, acme: World, client_of: SignIn, span: str) -> None:
    with acme.inside():
        buyers(acme)
    assert refresh_view(view=RefreshedView.REVENUE, asked_by="test") == "done"
    html = client_of(acme.staff[Role.FINANCE]).get(f"/reports/revenue/?span={span}").content
    text = html.decode()
    assert ("1,260 AUD" in text) is (span != "30d")
    assert ("Jazz &lt;b&gt;" in text) is (span != "30d")
    assert "Data from" in text
    assert "style=" not in text


def test_a_span_that_is_not_offered(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.FINANCE])
    for span in ("1d", "%00", "'"):
        assert client.get(f"/reports/revenue/?span={span}").status_code == 400


def test_refresh_now(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.MANAGER])
    page = client.get("/reports/data/").content.decode()
    assert page.count("Refresh now") == len(RefreshedView)
    answer = client.post("/reports/data/refresh/", {"view": "order_revenue_by_day"}, follow=True)
    assert "is being refreshed" in answer.content.decode()
    event = OutboxEvent.objects.get(topic=ASKED)
    assert event.payload == {"view": "order_revenue_by_day"}
    wrong = client.post("/reports/data/refresh/", {"view": "pg_class"}, follow=True)
    assert "Choose one of the views" in wrong.content.decode()
    assert client.get("/reports/data/refresh/").status_code == 405
