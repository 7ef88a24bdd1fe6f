"""An account's platform, ready to be asked."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from crm.encryption import CannotUnseal, unseal
from crm.json_api import JsonApi, Limits
from scoring.models import PulledPlatform, TicketAccount
from scoring.platforms import eventbrite, humanitix
from scoring.platforms.eventbrite import Eventbrite
from scoring.platforms.humanitix import Humanitix

BASE_URLS = {
    PulledPlatform.HUMANITIX: humanitix.BASE_URL,
    PulledPlatform.EVENTBRITE: eventbrite.BASE_URL,
}


class CannotConnect(Exception):
    """The account lacks something; `reason` says what, for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def connect(
    account: TicketAccount, *, on_answer: Callable[[], None] = lambda: None
) -> Humanitix | Eventbrite:
    """The platform of an account. Raises CannotConnect; asks nobody yet."""
    api = _api(account, Limits(), on_answer)
    if account.platform == PulledPlatform.HUMANITIX:
        return Humanitix(api)
    return Eventbrite(api, account.organisation_id)


def connect_eventbrite(account: TicketAccount, *, limits: Limits) -> Eventbrite:
    """Eventbrite for one of its accounts. Raises CannotConnect."""
    return Eventbrite(_api(account, limits), account.organisation_id)


def base_url_of(account: TicketAccount) -> str:
    """Where the account is asked, without a slash at the end. Raises CannotConnect."""
    if account.platform not in BASE_URLS:
        raise CannotConnect("Orders cannot be pulled from this platform.")
    if not account.base_url:
        return BASE_URLS[PulledPlatform(account.platform)]
    if not is_allowed(account.base_url):
        raise CannotConnect("The address of this account is not among TICKET_API_ORIGINS.")
    return account.base_url.rstrip("/")


def is_allowed(base_url: str) -> bool:
    """Whether the operator lets accounts be asked there; it is scheme, host and port only."""
    try:
        parts = urlsplit(base_url)
    except ValueError:
        return False
    is_origin = parts.path in ("", "/") and not (parts.query or parts.fragment)
    return is_origin and f"{parts.scheme}://{parts.netloc}" in settings.TICKET_API_ORIGINS


def _api(
    account: TicketAccount, limits: Limits, on_answer: Callable[[], None] = lambda: None
) -> JsonApi:
    if account.token_sealed is None:
        raise CannotConnect("Enter the token of this account.")
    try:
        token = unseal(bytes(account.token_sealed))
    except CannotUnseal:
        raise CannotConnect("Enter the token again: SECRET_KEY has changed since.") from None
    is_humanitix = account.platform == PulledPlatform.HUMANITIX
    credential = {"x-api-key": token} if is_humanitix else {"Authorization": f"Bearer {token}"}
    return JsonApi(
        name=account.get_platform_display(),
        base_url=base_url_of(account),
        headers=credential,
        limits=limits,
        on_answer=on_answer,
    )
