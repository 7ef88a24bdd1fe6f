"""Telling a company's admins that an endpoint is not sent to any more."""

from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMessage

from crm.actors import Actor
from crm.models import EndpointState, StaffMember, WebhookEndpoint
from crm.roles import Role

BODY = """\
The webhook endpoint “{name}” of {company} is {state}, so it is told of no changes for now.

Why: {reason}

Nothing is lost: what happens meanwhile is kept for 90 days. When the other system is well again,
open Admin, Webhook endpoints, “{name}”, and resume it.
"""


def on_stopped(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: an e-mail to the active admins. A mail server that fails is tried again."""
    endpoint = WebhookEndpoint.objects.filter(pk=payload["endpoint_id"]).first()
    if endpoint is None or endpoint.state not in (EndpointState.PAUSED, EndpointState.DISABLED):
        return
    admins = StaffMember.objects.filter(role=Role.ADMIN, is_active=True)
    addresses = list(admins.values_list("user__email", flat=True))
    if not addresses:
        return
    EmailMessage(
        subject=f"Webhook endpoint “{endpoint.name}” is {endpoint.state}",
        body=BODY.format(
            name=endpoint.name,
            company=actor.company.name,
            state=endpoint.state,
            reason=endpoint.state_reason,
        ),
        bcc=addresses,
    ).send()
