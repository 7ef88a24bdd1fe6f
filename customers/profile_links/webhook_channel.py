"""Codes by webhook: the company's own server sends the text message. Signed, and never into our own
network (crm/webhooks)."""

import json
import time

from crm.webhooks.posting import post
from crm.webhooks.signing import signature_header
from customers.profile_links.channels import ChannelSettings, CodeMessage, SendingFailed

TYPE = "link.code"


class WebhookChannel:
    """One signed POST (Standard Webhooks 1.0.0) with the phone and the code."""

    name = "Webhook (your own sender of text messages)"
    needs_url = True

    def send(self, message: CodeMessage, settings: ChannelSettings) -> None:
        """Post it; only 2xx counts. Tried again by the outbox, with the same id and a new code."""
        sent_at = int(time.time())
        message_id = f"code_{message.id}"
        body = json.dumps(
            {
                "type": TYPE,
                "timestamp": sent_at,
                "data": {
                    "phone": message.phone,
                    "code": message.code,
                    "expires_at": message.expires_at.isoformat(),
                    "company": message.company_name,
                    "language": message.language,
                },
            }
        ).encode()
        answer = post(
            settings.url,
            body=body,
            headers={
                "webhook-id": message_id,
                "webhook-timestamp": str(sent_at),
                "webhook-signature": signature_header(
                    [settings.signing_secret],
                    message_id=message_id,
                    timestamp=sent_at,
                    body=body,
                ),
            },
        )
        if not answer.is_success:
            raise SendingFailed(answer.error)
