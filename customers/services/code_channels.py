"""Setting up how a company sends its one-time codes."""

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.encryption import seal
from crm.errors import InvalidInput
from crm.roles import Action
from crm.webhooks.addresses import AddressRefused, checked_url
from crm.webhooks.signing import new_secret
from customers.models import LinkCodeChannel
from customers.profile_links.channels import channels


@transaction.atomic
def set_code_channel(
    *, actor: Actor, kind: str, url: str = "", renew_secret: bool = False, is_active: bool = True
) -> tuple[LinkCodeChannel, str]:
    """Choose the way; there is one a company.

    A way that goes to an address has a signing secret: when it is new it is returned, to be shown
    this once; else the second part is empty. Raises InvalidInput at `kind` or `url`.
    """
    actor.require(Action.MANAGE_API_KEYS)
    channel = channels().get(kind)
    if channel is None:
        raise InvalidInput.field("kind", "Choose one of the ways on the list.")
    url = _checked(url) if channel.needs_url else ""
    row = LinkCodeChannel.objects.select_for_update().first()
    row = row or LinkCodeChannel(company_id=actor.company.pk)
    values = {"kind": kind, "url": url, "is_active": is_active}
    old, new = audit.changed_values(row, values)
    for name, value in new.items():
        setattr(row, name, value)
    secret = ""
    if channel.needs_url and (renew_secret or row.signing_secret_sealed is None):
        secret = new_secret()
        row.signing_secret_sealed = seal(secret)
        new["secret_renewed"] = True
    if new or row._state.adding:
        row.save()
        audit.record(actor=actor, action="linkcodechannel.updated", subject=row, old=old, new=new)
    return row, secret


def _checked(url: str) -> str:
    """Here only what can be known now: a name is looked up each time that something is sent."""
    try:
        return checked_url(url)
    except AddressRefused as error:
        raise InvalidInput.field("url", error.reason) from None
