"""Scoring rules on the pages: read in words, drafted, tried, put into force by managers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from scoring.models import Engagement, RuleSet
from scoring.services.rules import draft_rules
from tests.customers.web.test_card_page import text_of
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
URL = "/reports/rules/"
STANDARD = {
    "name": "", "weight_recency": 3, "weight_frequency": 2, "weight_monetary": 1,
    "hot_from": 24, "warm_from": 18, "cool_from": 12,
    "active_days": 90, "dormant_days": 365, "new_days": 30,
    "recency_days_5": 30, "recency_days_4": 60, "recency_days_3": 90, "recency_days_2": 180,
    "frequency_5": 10, "frequency_4": 5, "frequency_3": 3, "frequency_2": 1,
    "monetary_5": "1000", "monetary_4": "500", "monetary_3": "200", "monetary_2": "50",
}  # fmt: skip


def test_the_standard_in_words(acme: World, client_of: SignIn) -> None:
    text = text_of(client_of(acme.staff[Role.TEAM_LEAD]).get(URL).content)
    for words in (
        "the standard rules",
        "5 up to 30 days 10+ orders 1,000 AUD or more",
        "3 61–90 days 3–4 orders 200 AUD or more",
        "1 over 180 days no order under 50 AUD",
        "3 × recency + 2 × frequency + 1 × monetary, from 6 to 30",
        "Hot from 24, warm from 18, cool from 12",
    ):
        assert words in text, words
    assert "Draft new version" not in text


def test_from_draft_to_force(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.system())
    place_order(customer, net="60", at=timezone.now() - timedelta(days=40))
    assert Engagement.objects.get(customer=customer).score == 18
    manager = client_of(acme.staff[Role.MANAGER])
    assert manager.get(f"{URL}new/").status_code == 200
    kept = manager.post(f"{URL}new/", STANDARD | {"warm_from": 19, "name": "Stricter"})
    version = RuleSet.objects.get()
    assert (version.warm_from, version.is_active) == (19, False)
    assert kept.headers["Location"] == f"{URL}{version.pk}/"
    page = manager.get(f"{URL}{version.pk}/").content.decode()
    assert f'hx-get="{URL}{version.pk}/preview/"' in page
    part = manager.get(f"{URL}{version.pk}/preview/", headers={"HX-Request": "true"})
    assert "1 customer would change bands" in text_of(part.content)
    assert b"<html" not in part.content
    assert b"<html" in manager.get(f"{URL}{version.pk}/preview/").content
    done = manager.post(f"{URL}{version.pk}/activate/", follow=True)
    assert "In force: version 1, Stricter" in text_of(done.content)
    assert Engagement.objects.get(customer=customer).band == "cool"
    again = manager.post(f"{URL}{version.pk}/activate/", follow=True)
    assert "in force already" in text_of(again.content)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"warm_from": 24}, "Hot begins above warm"),
        ({"recency_days_4": 30}, "Each limit is longer"),
        ({"monetary_2": "5000"}, "Each limit is lower"),
        ({"frequency_3": "many"}, "Enter a whole number"),
        ({"dormant_days": 10}, "Dormant begins after"),
        ({"weight_recency": 101}, "less than or equal to 100"),
        ({"name": "a\x00"}, "cannot be kept"),
        ({"monetary_5": "1e99"}, "Ensure"),
    ],
)
def test_rules_that_cannot_be(
    acme: World, client_of: SignIn, wrong: dict[str, object], said: str
) -> None:
    answer = client_of(acme.staff[Role.ADMIN]).post(f"{URL}new/", STANDARD | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert RuleSet.objects.count() == 0


def test_only_managers_change_rules(acme: World, client_of: SignIn) -> None:
    version = draft_rules(actor=acme.actor(Role.ADMIN), values={})
    finance = client_of(acme.staff[Role.FINANCE])
    assert "What would change" not in text_of(finance.get(f"{URL}{version.pk}/").content)
    assert finance.get(f"{URL}new/").status_code == 403
    assert finance.get(f"{URL}{version.pk}/preview/").status_code == 403
    assert finance.post(f"{URL}{version.pk}/activate/").status_code == 403
    assert client_of(acme.staff[Role.RECEPTIONIST]).get(URL).status_code == 403


def test_another_companys_version(acme: World, globex: World, client_of: SignIn) -> None:
    version = draft_rules(actor=acme.actor(Role.ADMIN), values={"name": "Ours"})
    stranger = client_of(globex.staff[Role.ADMIN])
    assert "Ours" not in text_of(stranger.get(URL).content)
    assert stranger.get(f"{URL}{version.pk}/").status_code == 404
    assert stranger.get(f"{URL}{version.pk}/preview/").status_code == 404
    assert stranger.post(f"{URL}{version.pk}/activate/").status_code == 404
