"""Setting up how a company sends its one-time codes."""

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.encryption import seal
from crm.errors import InvalidInput
from crm.roles import Action
from customers.models import LinkCodeChannel
from customers.profile_links.channels import channels

LONGEST_SECRET = 500


@transaction.atomic
def set_code_channel(
    *, actor: Actor, kind: str, url: str = "", signing_secret: str = "", is_active: bool = True
) -> LinkCodeChannel:
    """Choose the way; there is one a company. An empty secret leaves the one that is there.

    Raises InvalidInput at `kind` or `url`.
    """
    actor.require(Action.MANAGE_API_KEYS)
    channel = channels().get(kind)
    if channel is None:
        raise InvalidInput.field("kind", "Choose one of the ways on the list.")
    if channel.needs_url and not url.startswith("https://"):
        raise InvalidInput.field("url", "Enter the address that gets the codes, with https://.")
    if len(signing_secret) > LONGEST_SECRET:
        raise InvalidInput.field(
            "signing_secret", f"A secret has at most {LONGEST_SECRET} characters."
        )
    row = LinkCodeChannel.objects.select_for_update().first()
    row = row or LinkCodeChannel(company_id=actor.company.pk)
    values = {"kind": kind, "url": url if channel.needs_url else "", "is_active": is_active}
    old, new = audit.changed_values(row, values)
    for name, value in new.items():
        setattr(row, name, value)
    if signing_secret:
        row.signing_secret_sealed = seal(signing_secret)
        new["secret_replaced"] = True
    if new or row._state.adding:
        row.save()
        audit.record(actor=actor, action="linkcodechannel.updated", subject=row, old=old, new=new)
    return row
