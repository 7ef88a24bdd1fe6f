"""Setting up from which ticket platforms orders are pulled."""

import re
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.encryption import seal
from crm.errors import Conflict, InvalidInput, NotFound
from crm.roles import Action
from scoring.models import PulledPlatform, TicketAccount
from scoring.platforms.connecting import is_allowed
from scoring.platforms.eventbrite import NUMBER

PULL_ASKED = "orders.pull_asked"
# It travels in a header.
TOKEN = re.compile(r"[\x21-\x7e]{8,500}")


@dataclass(frozen=True, kw_only=True)
class AccountValues:
    """What an admin decides about an account."""

    name: str
    organisation_id: str = ""
    base_url: str = ""
    is_active: bool = True


@transaction.atomic
def create_account(
    *, actor: Actor, platform: str, values: AccountValues, token: str
) -> TicketAccount:
    """A new account; its first pull reads everything. Raises InvalidInput with the field."""
    actor.require(Action.MANAGE_STAFF)
    if platform not in PulledPlatform.values:
        raise InvalidInput.field("platform", "Choose a platform.")
    if not token:
        raise InvalidInput.field("token", "Enter the token that the platform gave you.")
    check_values(platform, values)
    check_token(token)
    if TicketAccount.objects.filter(platform=platform, name=values.name).exists():
        raise InvalidInput.field("name", "There is an account of this name.")
    account = TicketAccount.objects.create(
        company_id=actor.company.pk, platform=platform, token_sealed=seal(token), **asdict(values)
    )
    audit.record(
        actor=actor,
        action="ticketaccount.created",
        subject=account,
        new={"platform": platform, **asdict(values)},
    )
    return account


@transaction.atomic
def edit_account(
    *, actor: Actor, account: TicketAccount, values: AccountValues, token: str = ""
) -> TicketAccount:
    """Change what was decided, and the token where one is given.

    Another organisation or address is read from its beginning; a pull at work stops.
    """
    stored = _locked(actor, account)
    check_values(stored.platform, values)
    old, new = audit.changed_values(stored, asdict(values))
    for name, value in new.items():
        setattr(stored, name, value)
    if token:
        check_token(token)
        stored.token_sealed, new["token"] = seal(token), "entered anew"
    if new:
        if {"organisation_id", "base_url"} & set(new):
            stored.checkpoint = {}
        _begin_anew(stored)
        stored.save()
        audit.record(actor=actor, action="ticketaccount.updated", subject=stored, old=old, new=new)
    return stored


@transaction.atomic
def ask_pull(*, actor: Actor, account: TicketAccount, from_beginning: bool = False) -> None:
    """A person wants orders now: the pull begins after the commit, in the background.

    `from_beginning` reads everything again. Raises Conflict for an inactive account.
    """
    actor.require(Action.IMPORT_ORDERS)
    stored = TicketAccount.objects.select_for_update().filter(pk=account.pk).first()
    if stored is None:
        raise NotFound
    if not stored.is_active:
        raise Conflict("This account is inactive. Make it active first.", code="inactive")
    if from_beginning:
        stored.checkpoint = {}
        _begin_anew(stored)
    stored.due_at = timezone.now()
    stored.save()
    audit.record(
        actor=actor,
        action="ticketaccount.pull_asked",
        subject=stored,
        new={"from_beginning": from_beginning},
    )
    outbox.publish(actor=actor, topic=PULL_ASKED, payload={"account": stored})


def check_values(platform: str, values: AccountValues) -> None:
    """Raises InvalidInput with the field that is wrong."""
    if not values.name.strip():
        raise InvalidInput.field("name", "Enter a name, such as “Main account”.")
    if platform == PulledPlatform.EVENTBRITE and not NUMBER.fullmatch(values.organisation_id):
        raise InvalidInput.field(
            "organisation_id", "Enter the number of the organisation, such as 123456789."
        )
    if platform == PulledPlatform.HUMANITIX and values.organisation_id:
        raise InvalidInput.field("organisation_id", "Humanitix needs none: leave it empty.")
    if values.base_url and not is_allowed(values.base_url):
        raise InvalidInput.field(
            "base_url", "Leave it empty, or let the operator add it to TICKET_API_ORIGINS."
        )


def check_token(token: str) -> None:
    """Raises InvalidInput for what no platform gives out."""
    if not TOKEN.fullmatch(token):
        raise InvalidInput.field("token", "A token has no spaces and at least 8 characters.")


def _begin_anew(account: TicketAccount) -> None:
    """Let the next pull begin at once; one at work finds its lease gone and stops."""
    account.due_at, account.pulling_until = timezone.now(), None
    account.failures, account.last_error = 0, ""


def _locked(actor: Actor, account: TicketAccount) -> TicketAccount:
    actor.require(Action.MANAGE_STAFF)
    stored = TicketAccount.objects.select_for_update().filter(pk=account.pk).first()
    if stored is None:
        raise NotFound
    return stored
