"""A buyer's own yes to marketing, from the box they ticked when they bought."""

from collections.abc import Sequence
from datetime import datetime

from crm import audit, outbox
from crm.actors import Actor
from customers.models import ConsentEvent, Customer
from customers.models.consent import ConsentChannel

SOURCE = "ticked when buying"


def raise_consent(*, actor: Actor, opted_in: Sequence[tuple[Customer, datetime]]) -> int:
    """Write down who said yes to e-mails, and when; returns how many yeses were new.

    It only raises (source systems S0.5), and only once: an answer at or after that moment stands,
    so an old order that comes again undoes no later no. The customers are locked by the caller.
    """
    newest = dict(sorted(opted_in, key=lambda one: one[1]))
    if not newest:
        return 0
    channel = ConsentChannel.EMAIL
    current = {
        event.customer_id: event
        for event in ConsentEvent.objects.filter(customer__in=newest, channel=channel)
        .order_by("customer", "-happened_at", "-id")
        .distinct("customer")
    }
    raised = {}
    for customer, at in newest.items():
        known = current.get(customer.pk)
        if known is None or (not known.granted and known.happened_at < at):
            raised[customer] = at
    ConsentEvent.objects.bulk_create(
        [
            ConsentEvent(
                company=actor.company,
                customer=customer,
                channel=channel,
                granted=True,
                source=SOURCE,
                happened_at=at,
                recorded_by=actor.name,
            )
            for customer, at in raised.items()
        ]
    )
    audit.record_many(
        actor=actor,
        action="customer.consent_recorded",
        subjects={
            customer: {"channel": channel, "granted": True, "source": SOURCE} for customer in raised
        },
    )
    outbox.publish_many(
        actor=actor,
        events=[
            ("customer.updated", {"customer_id": customer.pk, "changed": ["consent"]})
            for customer in raised
        ],
    )
    return len(raised)
