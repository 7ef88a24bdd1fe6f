"""What a customer agreed to: a ledger of answers, never overwritten."""

from uuid import UUID

from django.db import transaction

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import InvalidInput
from crm.roles import Action
from customers.models import ConsentEvent
from customers.models.consent import ConsentChannel
from customers.selectors.consent import current_consent
from customers.services.customer_fields import clean_line
from customers.services.live_customer import require_live_customer


@transaction.atomic
def record_consent(
    *,
    actor: Actor,
    customer_id: UUID,
    channel: str,
    granted: bool,
    source: str,
    explicit: bool = False,
) -> ConsentEvent | None:
    """Write down a yes or a no. `source` says how it was given (“on the phone”).

    From staff every answer counts. From a form, an import or another system, a no counts only when
    it is `explicit` (somebody used a preference switch): a box left empty lowers nothing (source
    systems S0.5). Such an answer, or one that changes nothing, is not written: None.

    Raises InvalidInput at `channel` or `source`, NotFound, and Conflict for a merged or deleted
    customer.
    """
    actor.require(Action.RECORD_CONSENT)
    if channel not in ConsentChannel.values:
        raise InvalidInput.field("channel", "Choose one of the channels on the list.")
    source = clean_line("source", source)
    if not source:
        raise InvalidInput.field("source", "Say how they told you, such as “on the phone”.")
    customer = require_live_customer(customer_id, lock=True)
    now = {event.channel: event.granted for event in current_consent(customer_id=customer.pk)}
    if actor.staff is None and (now.get(channel) == granted or not (granted or explicit)):
        return None
    event = ConsentEvent.objects.create(
        company=actor.company,
        customer=customer,
        channel=channel,
        granted=granted,
        source=source,
        recorded_by=actor.name,
    )
    audit.record(
        actor=actor,
        action="customer.consent_recorded",
        subject=customer,
        old={"channel": channel, "granted": now.get(channel)},
        new={"channel": channel, "granted": granted, "source": source},
    )
    outbox.publish(
        actor=actor,
        topic="customer.updated",
        payload={"customer_id": customer.pk, "changed": ["consent"]},
    )
    return event
