"""App profiles on the customer card."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer, ProfileLink
from customers.services.profile_links import link_profile
from tests.factories.customers import make_customer
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
TYPED = {"provider": "LINE", "profile_id": " U4af4980629 ", "reason": ""}


@pytest.fixture
def ana(acme: World) -> Customer:
    return make_customer(acme.system(), name="Ana Lim")


def test_linking_and_unlinking(acme: World, ana: Customer, client_of: SignIn) -> None:
    lead = client_of(acme.staff[Role.TEAM_LEAD])
    page = lead.post(f"/customers/{ana.pk}/profiles/", TYPED, follow=True).content.decode()
    link = ProfileLink.objects.get(customer=ana)
    assert (link.provider, link.profile_id) == ("line", "U4af4980629")
    assert "by a person" in page
    url = f"/customers/{ana.pk}/profiles/{link.pk}/unlink/"
    assert url in page
    refused = lead.post(url, {"reason": " "})
    assert refused.status_code == 422
    assert "Ana Lim" in refused.content.decode()
    page = lead.post(url, {"reason": "their brother's"}, follow=True).content.decode()
    assert "Only a person links it again" in page
    link.refresh_from_db()
    assert link.is_blocked


def test_a_profile_of_somebody_else(acme: World, ana: Customer, client_of: SignIn) -> None:
    ben = make_customer(acme.system(), name="Ben Roy")
    link_profile(actor=acme.system(), provider="line", profile_id="U4af4980629", customer_id=ben.pk)
    answer = client_of(acme.staff[Role.MANAGER]).post(f"/customers/{ana.pk}/profiles/", TYPED)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "linked to another customer" in page
    assert "U4af4980629" in page, "what was typed is kept"
    assert "Ben Roy" not in page


def test_who_may_not_sees_no_buttons(acme: World, ana: Customer, client_of: SignIn) -> None:
    link = link_profile(
        actor=acme.system(), provider="line", profile_id="U4af4980629", customer_id=ana.pk
    )
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    page = desk.get(f"/customers/{ana.pk}/").content.decode()
    assert "U4af4980629" in page
    assert "/unlink/" not in page
    assert "Link a profile" not in page
    for path in ("", f"{link.pk}/unlink/"):
        answer = desk.post(f"/customers/{ana.pk}/profiles/{path}", {**TYPED, "reason": "x"})
        assert answer.status_code == 403


def test_only_through_the_customers_own_card(acme: World, ana: Customer, client_of: SignIn) -> None:
    ben = make_customer(acme.system(), name="Ben Roy")
    link = link_profile(actor=acme.system(), provider="line", profile_id="U1", customer_id=ben.pk)
    manager = client_of(acme.staff[Role.MANAGER])
    url = f"/customers/{ana.pk}/profiles/{link.pk}/unlink/"
    assert manager.post(url, {"reason": "x"}).status_code == 404
