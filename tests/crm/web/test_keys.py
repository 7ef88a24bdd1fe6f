"""The pages on which API keys are made, rotated and ended."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import ApiKey, StaffMember
from crm.roles import Role
from tests.factories.api_clients import ApiClient, client_with_key
from tests.worlds import World

ClientOf = Callable[[StaffMember], Client]
NEW = {"name": "Website", "scopes": ["customers:read"], "requests_per_minute": "600"}


def token_in(html: str) -> str:
    found = re.search(r"sbk_[0-9a-f]{8}_[\w-]{43}", html)
    assert found
    return found.group()


def test_an_admin_makes_a_key_which_is_shown_once(acme: World, client_of: ClientOf) -> None:
    browser = client_of(acme.staff[Role.ADMIN])
    made = browser.post(reverse("keys:new"), {**NEW, "branches": [str(acme.north.pk)]})
    token = token_in(made.content.decode())
    assert "no-store" in made["Cache-Control"]
    with acme.inside():
        assert ApiClient(acme.company, token).get("me").json()["branch_ids"] == [str(acme.north.pk)]
    listed = browser.get(reverse("keys:list")).content.decode()
    assert token not in listed
    assert "Website" in listed
    assert "Only at North" in listed


def test_a_manager_makes_tokens_of_their_own_only(acme: World, client_of: ClientOf) -> None:
    client_with_key(acme)
    browser = client_of(acme.staff[Role.MANAGER])
    token = token_in(browser.post(reverse("keys:new"), NEW).content.decode())
    me = ApiClient(acme.company, token).get("me").json()
    assert me["staff_id"] == str(acme.staff[Role.MANAGER].pk)
    listed = browser.get(reverse("keys:list")).content.decode()
    assert "A system" not in listed
    other = ApiKey.objects.get(name="A system")
    assert browser.post(reverse("keys:revoke", args=[other.pk])).status_code == 404
    assert browser.post(reverse("keys:rotate", args=[other.pk])).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "required"),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["everything"]}, "not one of the available choices"),
        ({"ends": "2001-01-01"}, "from today on"),
        ({"requests_per_minute": "0"}, "greater than or equal to 1"),
    ],
    ids=["no-name", "no-scope", "strange-scope", "past", "no-requests"],
)
def test_bad_values_are_told_at_their_field(
    acme: World, client_of: ClientOf, change: dict[str, object], words: str
) -> None:
    page = client_of(acme.staff[Role.ADMIN]).post(reverse("keys:new"), {**NEW, **change})
    assert words in page.content.decode()
    assert not ApiKey.objects.exists()


def test_rotating_and_revoking(acme: World, client_of: ClientOf) -> None:
    browser = client_of(acme.staff[Role.ADMIN])
    old = token_in(browser.post(reverse("keys:new"), NEW).content.decode())
    key = ApiKey.objects.get()
    page = browser.post(reverse("keys:rotate", args=[key.pk])).content.decode()
    new = token_in(page)
    assert "works until" in page
    for token in (old, new):
        assert ApiClient(acme.company, token).get("me").status_code == 200
    browser.post(reverse("keys:revoke", args=[key.pk]))
    assert ApiClient(acme.company, old).get("me").status_code == 401
    assert ApiClient(acme.company, new).get("me").status_code == 200


def test_receptionists_have_no_keys(acme: World, client_of: ClientOf) -> None:
    browser = client_of(acme.staff[Role.RECEPTIONIST])
    assert browser.get(reverse("keys:list")).status_code == 403
    assert "API keys" not in browser.get("/").content.decode()


def test_another_company_finds_nothing(acme: World, globex: World, client_of: ClientOf) -> None:
    client_with_key(acme)
    key = ApiKey.objects.get()
    stranger = client_of(globex.staff[Role.ADMIN])
    assert stranger.post(reverse("keys:revoke", args=[key.pk])).status_code == 404
    assert "A system" not in stranger.get(reverse("keys:list")).content.decode()


def test_the_reference_lists_every_operation(acme: World, client_of: ClientOf) -> None:
    page = client_of(acme.staff[Role.MANAGER]).get(reverse("keys:reference")).content.decode()
    for words in ("/api/v1/branches", "staff:read", "Idempotency-Key", "list_staff"):
        assert words in page
    browser = client_of(acme.staff[Role.RECEPTIONIST])
    assert browser.get(reverse("keys:reference")).status_code == 403
