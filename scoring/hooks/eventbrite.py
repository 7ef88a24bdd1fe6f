"""Notices of Eventbrite: "look at this order".

They are not signed: the secret in our address is the proof. A notice carries no order, only an
action and an address; the order is asked for at Eventbrite with the account's token.

One delivery is kept for each action and order. Eventbrite numbers no deliveries, and what changed
is known only after asking, so a repeat may be the same notice again or a later change. Either way
the order is looked at again (`asks_to_look_again`), and storing it is idempotent by its own time of
change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.inbox.handler import InboundHandler
from crm.inbox.outcomes import Done, Ignored, Outcome, RetryLater, Unprocessable
from crm.inbox.request import InboundRequest
from crm.json_api import ApiError, ApiRefused, ApiUnavailable, Limits
from crm.models import InboundDelivery, InboundSource
from crm.tenancy import use_company
from scoring.hooks.eventbrite_address import Address, read_address
from scoring.models import PulledPlatform, TicketAccount
from scoring.orders.bad_value import BadOrder
from scoring.platforms.connecting import CannotConnect, connect_eventbrite
from scoring.platforms.eventbrite import Eventbrite
from scoring.platforms.pulled import FoundOrder
from scoring.services.order_report import UpsertOutcome
from scoring.services.orders import upsert_orders

ORDER_ACTIONS = frozenset({"order.placed", "order.updated", "order.refunded", "attendee.updated"})
ACTION = re.compile(r"[a-z_]{1,30}(\.[a-z_]{1,30})?")
# An order may be announced a moment before it can be asked for.
LOOKS_FOR_MISSING = 3
# Twice, for the attendee and the order; together far below the lease of a delivery.
LIMITS = Limits(attempts=1, patience=25.0, read_seconds=15.0)
TOKEN_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a notice says; `address` is None unless it names an order or an attendee."""

    action: str
    address: Address | None


class EventbriteHandler(InboundHandler):
    """Looks at each order that a notice names."""

    kind = "eventbrite"
    title = "Eventbrite: orders placed, updated and refunded"
    asks_to_look_again = True

    def check_settings(self, settings: Mapping[str, Any]) -> None:
        """`account` names the account whose token is used; needed where there are several."""
        if set(settings) - {"account"} or not isinstance(settings.get("account", ""), str):
            raise InvalidInput.field(
                "settings", 'Write {} or the account\'s name, such as {"account": "Main"}.'
            )
        try:
            _account_of(settings)
        except CannotConnect as error:
            raise InvalidInput.field("settings", error.reason) from error

    def external_key(self, request: InboundRequest) -> str:
        """The action and the order or attendee; other notices by their bytes."""
        notice = read_notice(request)
        return f"{notice.action} {notice.address}" if notice.address else ""

    def parse(self, request: InboundRequest, source: InboundSource) -> Any:
        """The action, and what it is about."""
        notice = read_notice(request)
        about = str(notice.address) if notice.address else "not an order of Eventbrite"
        return {"action": notice.action, "about": about}

    def fetch(self, actor: Actor, delivery: InboundDelivery) -> FoundOrder | None:
        """The order as it stands now; None for a notice that asks nothing of us."""
        notice = read_notice(InboundRequest.of(delivery))
        if notice.action not in ORDER_ACTIONS:
            return None
        if notice.address is None:
            raise Unprocessable("Its api_url is not the address of an order at Eventbrite.")
        try:
            with use_company(actor.company.pk):
                account = _account_of(delivery.source.settings)
            return _look(connect_eventbrite(account, limits=LIMITS), notice.address)
        except CannotConnect as error:
            raise Unprocessable(f"{error.reason} Then replay this delivery.") from error
        except ApiError as error:
            raise _trouble(error, delivery.attempts) from error

    def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Outcome:
        """Store the order."""
        if fetched is None:
            action = read_notice(InboundRequest.of(delivery)).action
            return Ignored(f"Nothing is kept of {action}.")
        try:
            order = Eventbrite.read_order(fetched.raw)
        except BadOrder as error:
            raise Unprocessable(f"The order cannot be read. {error}") from error
        report = upsert_orders(actor=actor, orders=[order])
        (outcome,) = report.outcomes
        if outcome.outcome is UpsertOutcome.REFUSED:
            raise Unprocessable(f"The order cannot be stored. {outcome.field}: {outcome.message}")
        return Done({"order": outcome.order_id, "outcome": outcome.outcome})


def read_notice(request: InboundRequest) -> Notice:
    """Raises Unprocessable for what Eventbrite does not send."""
    content = request.json()
    config = content.get("config") if isinstance(content, Mapping) else None
    action = config.get("action") if isinstance(config, Mapping) else None
    if not isinstance(action, str) or not ACTION.fullmatch(action):
        raise Unprocessable("It names no action of Eventbrite.")
    return Notice(action=action, address=read_address(content.get("api_url")))


def _look(platform: Eventbrite, address: Address) -> FoundOrder:
    number = address.order or platform.order_of_attendee(address.event, address.attendee)
    return platform.order(number)


def _account_of(settings: Mapping[str, Any]) -> TicketAccount:
    """The account that a source's settings name, or the only one. Raises CannotConnect."""
    accounts = TicketAccount.objects.filter(platform=PulledPlatform.EVENTBRITE, is_active=True)
    name = settings.get("account", "")
    found = list(accounts.filter(name=name)[:2] if name else accounts[:2])
    if not found:
        raise CannotConnect("Connect an active Eventbrite account first.")
    if len(found) > 1:
        raise CannotConnect('Say which account: {"account": "its name"}.')
    return found[0]


def _trouble(error: ApiError, attempts: int) -> RetryLater | Unprocessable:
    if isinstance(error, ApiUnavailable):
        return RetryLater(error.reason, after=error.retry_after or None)
    is_missing = isinstance(error, ApiRefused) and error.status == 404
    if is_missing and attempts >= LOOKS_FOR_MISSING:
        return Unprocessable(error.reason)
    return RetryLater(error.reason, after=None if is_missing else TOKEN_PAUSE)
