"""Ticket accounts in the Django admin."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from crm.encryption import unseal
from crm.models import OutboxEvent, StaffMember
from crm.roles import Role
from scoring.models import TicketAccount, UnreadOrder
from scoring.services.ticket_accounts import PULL_ASKED, AccountValues, create_account
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
ADD = "admin:scoring_ticketaccount_add"
LIST = "admin:scoring_ticketaccount_changelist"
TOKEN = "a-token-of-the-platform"
FORM = {
    "platform": "humanitix",
    "name": "Main",
    "organisation_id": "",
    "base_url": "",
    "is_active": "on",
    "token": TOKEN,
}


@pytest.fixture
def admin(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.ADMIN])


@pytest.fixture
def account(acme: World) -> TicketAccount:
    return create_account(
        actor=acme.system(), platform="humanitix", values=AccountValues(name="Main"), token=TOKEN
    )


def page_of(account: TicketAccount, view: str = "change") -> str:
    return reverse(f"admin:scoring_ticketaccount_{view}", args=[account.pk])


def test_an_account_is_added_and_its_token_never_shown(acme: World, admin: Client) -> None:
    answer = admin.post(reverse(ADD), FORM, follow=True)
    assert answer.status_code == 200
    account = TicketAccount.objects.get()
    assert unseal(bytes(account.token_sealed or b"")) == TOKEN
    page = admin.get(page_of(account)).content.decode()
    assert "Pull now" in page
    assert TOKEN not in page
    assert TOKEN not in admin.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"token": ""}, "Enter the token"),
        ({"token": "short"}, "at least 8"),
        ({"platform": "eventbrite"}, "number of the organisation"),
        ({"platform": "other"}, "not one of the available choices"),
        ({"base_url": "https://evil.example"}, "TICKET_API_ORIGINS"),
        ({"name": ""}, "required"),
        ({"name": "\x00"}, ""),
    ],
)
def test_a_bad_account_is_refused_at_its_field(
    acme: World, admin: Client, values: dict[str, str], message: str
) -> None:
    answer = admin.post(reverse(ADD), {**FORM, **values})
    assert answer.status_code in (200, 400)
    assert message in answer.content.decode()
    assert not TicketAccount.objects.exists()


def test_a_name_is_taken_once(acme: World, admin: Client, account: TicketAccount) -> None:
    answer = admin.post(reverse(ADD), FORM)
    assert "already exists" in answer.content.decode()
    assert TicketAccount.objects.count() == 1


def test_an_edit_keeps_the_token(acme: World, admin: Client, account: TicketAccount) -> None:
    admin.post(page_of(account), {**FORM, "name": "Renamed", "token": ""})
    account.refresh_from_db()
    assert account.name == "Renamed"
    assert unseal(bytes(account.token_sealed or b"")) == TOKEN


def test_pull_now(acme: World, admin: Client, account: TicketAccount) -> None:
    TicketAccount.objects.update(checkpoint={"events": {"a": {}}})
    answer = admin.post(page_of(account, "pull"), follow=True)
    assert "The pull begins now" in answer.content.decode()
    assert OutboxEvent.objects.filter(topic=PULL_ASKED).count() == 1
    account.refresh_from_db()
    assert account.checkpoint != {}
    admin.post(page_of(account, "pull"), {"from_beginning": "1"})
    account.refresh_from_db()
    assert account.checkpoint == {}


def test_what_went_wrong_is_shown(acme: World, admin: Client, account: TicketAccount) -> None:
    TicketAccount.objects.update(last_error="Humanitix does not accept the token.", failures=2)
    unread = UnreadOrder.objects.create(
        company=acme.company,
        account=account,
        external_id="order-7",
        raw={"order": {"_id": "order-7", "note": "<b>"}},
        field="currency",
        message="The order names no currency.",
    )
    assert "does not accept the token" in admin.get(page_of(account)).content.decode()
    listed = admin.get(reverse("admin:scoring_unreadorder_changelist")).content.decode()
    assert "order-7" in listed
    shown = admin.get(reverse("admin:scoring_unreadorder_change", args=[unread.pk]))
    assert "&lt;b&gt;" in shown.content.decode()


def test_other_roles_and_strangers(
    acme: World, globex: World, client_of: SignIn, account: TicketAccount, settings: Settings
) -> None:
    for staff in (acme.staff[Role.MANAGER], acme.staff[Role.FINANCE], globex.staff[Role.ADMIN]):
        client = client_of(staff)
        assert client.get(page_of(account)).status_code in (302, 403, 404)
        assert client.post(page_of(account, "pull")).status_code in (302, 403, 404)
    assert not OutboxEvent.objects.filter(topic=PULL_ASKED).exists()
