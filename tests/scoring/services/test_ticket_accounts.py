"""Accounts at ticket platforms: what may be entered, who may, and what is never shown."""

from typing import Any

import pytest
from pytest_django import Settings

from crm.encryption import unseal
from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from scoring.models import TicketAccount
from scoring.platforms.connecting import CannotConnect, base_url_of, connect, is_allowed
from scoring.services.ticket_accounts import (
    PULL_ASKED,
    AccountValues,
    ask_pull,
    create_account,
    edit_account,
)
from tests.worlds import World

TOKEN = "a-token-of-the-platform"


def make(world: World, platform: str = "humanitix", **values: Any) -> TicketAccount:
    token = values.pop("token", TOKEN)
    return create_account(
        actor=world.actor(Role.ADMIN),
        platform=platform,
        values=AccountValues(**{"name": "Main", **values}),
        token=token,
    )


def test_the_token_is_sealed_and_in_no_trail(acme: World) -> None:
    account = make(acme)
    account.refresh_from_db()
    assert unseal(bytes(account.token_sealed or b"")) == TOKEN
    edit_account(
        actor=acme.actor(Role.ADMIN),
        account=account,
        values=AccountValues(name="Main"),
        token="another-token",
    )
    assert AuditEvent.objects.filter(subject_id=account.pk).count() == 2
    trail = str(list(AuditEvent.objects.values_list("new", "old")))
    assert "token" in trail
    assert TOKEN not in trail
    assert "another-token" not in trail


@pytest.mark.parametrize(
    ("platform", "values", "field"),
    [
        ("humanitix", {"name": " "}, "name"),
        ("nobody", {}, "platform"),
        ("humanitix", {"organisation_id": "7"}, "organisation_id"),
        ("eventbrite", {}, "organisation_id"),
        ("eventbrite", {"organisation_id": "7/../me"}, "organisation_id"),
        ("humanitix", {"base_url": "https://evil.example"}, "base_url"),
        ("humanitix", {"base_url": "http://127.0.0.1:5432"}, "base_url"),
        ("humanitix", {"token": ""}, "token"),
        ("humanitix", {"token": "two words of a token"}, "token"),
        ("humanitix", {"token": "break\r\nX-Other: header"}, "token"),
    ],
)
def test_what_is_refused(acme: World, platform: str, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        make(acme, platform, **values)
    assert list(caught.value.fields) == [field]


def test_a_name_is_taken_once(acme: World) -> None:
    make(acme)
    with pytest.raises(InvalidInput, match="of this name"):
        make(acme)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://gateway.example", True),
        ("https://gateway.example/", True),
        ("http://gateway.example", False),
        ("https://gateway.example:8443", False),
        ("https://user@gateway.example", False),
        ("https://gateway.example/path", False),
        ("https://gateway.example?x=1", False),
        ("https://gateway.example.evil.example", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_which_other_addresses_are_allowed(settings: Settings, url: str, allowed: bool) -> None:
    settings.TICKET_API_ORIGINS = ["https://gateway.example"]
    assert is_allowed(url) is allowed


def test_an_address_that_is_no_longer_allowed(acme: World, settings: Settings) -> None:
    settings.TICKET_API_ORIGINS = ["https://gateway.example"]
    account = make(acme, base_url="https://gateway.example/")
    assert base_url_of(account) == "https://gateway.example"
    settings.TICKET_API_ORIGINS = []
    with pytest.raises(CannotConnect, match="TICKET_API_ORIGINS"):
        connect(account)


def test_the_platforms_own_addresses(acme: World) -> None:
    humanitix = make(acme)
    eventbrite = make(acme, "eventbrite", organisation_id="77")
    assert base_url_of(humanitix) == "https://api.humanitix.com"
    assert base_url_of(eventbrite) == "https://www.eventbriteapi.com"


def test_a_new_secret_key_asks_for_the_token_again(acme: World, settings: Settings) -> None:
    account = make(acme)
    settings.SECRET_KEY = "another key altogether, long enough for everyone"
    with pytest.raises(CannotConnect, match="again"):
        connect(account)


def test_another_organisation_is_read_from_its_beginning(acme: World) -> None:
    account = make(acme, "eventbrite", organisation_id="77")
    TicketAccount.objects.update(checkpoint={"until": "2026-03-08T00:00:00Z"}, failures=3)
    admin = acme.actor(Role.ADMIN)
    same = edit_account(
        actor=admin,
        account=account,
        values=AccountValues(name="Renamed", organisation_id="77"),
    )
    assert (same.checkpoint, same.failures) == ({"until": "2026-03-08T00:00:00Z"}, 0)
    other = edit_account(
        actor=admin,
        account=account,
        values=AccountValues(name="Renamed", organisation_id="78"),
    )
    assert other.checkpoint == {}


def test_a_pull_is_asked_for(acme: World) -> None:
    account = make(acme)
    TicketAccount.objects.update(checkpoint={"events": {}, "round": "x"})
    ask_pull(actor=acme.actor(Role.FINANCE), account=account, from_beginning=True)
    event = OutboxEvent.objects.get(topic=PULL_ASKED)
    assert event.payload == {"account": str(account.pk)}
    account.refresh_from_db()
    assert account.checkpoint == {}


def test_an_inactive_account_is_not_pulled(acme: World) -> None:
    account = make(acme, is_active=False)
    with pytest.raises(Conflict, match="inactive"):
        ask_pull(actor=acme.actor(Role.ADMIN), account=account)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_admins_set_up_accounts(acme: World, role: Role) -> None:
    account = make(acme)
    actor, values = acme.actor(role), AccountValues(name="Other")
    with pytest.raises(Forbidden):
        create_account(actor=actor, platform="humanitix", values=values, token=TOKEN)
    with pytest.raises(Forbidden):
        edit_account(actor=actor, account=account, values=values)
    if role not in (Role.FINANCE, Role.MANAGER):
        with pytest.raises(Forbidden):
            ask_pull(actor=actor, account=account)


def test_the_stranger(acme: World, globex: World) -> None:
    account = make(acme)
    with globex.inside():
        assert not TicketAccount.objects.exists()
        with pytest.raises(NotFound):
            edit_account(
                actor=globex.actor(Role.ADMIN), account=account, values=AccountValues(name="Mine")
            )
        with pytest.raises(NotFound):
            ask_pull(actor=globex.actor(Role.ADMIN), account=account)
