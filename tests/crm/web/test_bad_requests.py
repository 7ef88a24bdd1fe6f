"""Hostile or broken requests get a plain page, never a 500."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import StaffMember
from crm.roles import Role
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]


@pytest.mark.parametrize("query", ["?a=%00", "?%00=a", "?cursor=%ED%A0%80", "?stage=%00"])
def test_text_that_cannot_be_stored(acme: World, client_of: SignIn, query: str) -> None:
    client = client_of(acme.staff[Role.RECEPTIONIST])
    for name in ("home", "customers:list", "leads:list"):
        assert client.get(reverse(name) + query).status_code in (200, 400)


def test_a_nul_in_the_path(db: None) -> None:
    assert Client().get("/customers/%00/").status_code in (400, 404)


def test_an_unknown_page_for_a_visitor_and_for_staff(acme: World, client_of: SignIn) -> None:
    for client in (Client(), client_of(acme.staff[Role.RECEPTIONIST])):
        response = client.get("/no-such-page/")
        assert response.status_code == 404
        assert b"Traceback" not in response.content


def test_health(db: None, broker: None) -> None:
    assert Client().get(reverse("healthz")).json() == {"status": "live"}
    assert Client().get(reverse("readyz")).json()["parts"] == {"database": True, "broker": True}
