"""Legacy leads find their customer as soon as the customer's phone is known."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, NotFound
from customers.models import Customer
from customers.models.contact_point import ContactKind
from leads.models import Lead
from leads.services.lead_parties import locked_customer
from leads.services.link_plan import plan_links
from leads.services.link_writes import holders, open_places, waiting_leads, write_links
from leads.services.stage_effects import advance_stage


def link_waiting_leads(*, actor: Actor, customer: Customer) -> int:
    """Link the leads, of all branches, that wait for this customer's phones; returns how many.

    The customer's row is locked by the caller. What the one-open rule forbids stays unlinked and
    is reported by the backfill as conflicting.
    """
    phones = customer.contact_points.filter(
        kind=ContactKind.PHONE, is_live=True, is_shared=False
    ).values_list("value", flat=True)
    return _link(actor, customer, list(phones))


def _link(actor: Actor, customer: Customer, phones: Collection[str]) -> int:
    waiting = waiting_leads(phones, lock=True)
    if not waiting:
        return 0
    customer_of, shared = holders(phones)
    plan = plan_links(
        waiting,
        customer_of={phone: one for phone, one in customer_of.items() if one == customer.pk},
        shared=shared,
        open_at=open_places([customer.pk]),
    )
    if not plan.links:
        return 0
    linked = write_links(actor, plan.links)
    leads = list(Lead.objects.filter(pk__in=[lead.id for lead, _ in plan.links]))
    audit.record_many(
        actor=actor,
        action="lead.linked",
        subjects={lead: {"customer_id": customer.pk} for lead in leads},
        reason="the phone identifies the customer",
    )
    outbox.publish(
        actor=actor,
        topic="lead.linked",
        payload={"lead_ids": [lead.pk for lead in leads], "customer_id": customer.pk},
    )
    for lead in leads:
        advance_stage(actor, lead)
    return linked


def on_customer_phone(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: a customer is new or got a phone; the leads that waited for it are linked."""
    with transaction.atomic():
        try:
            customer = locked_customer(payload["customer_id"])
        except (NotFound, Conflict):
            return  # deleted since
        link_waiting_leads(actor=actor, customer=customer)


def on_lead_updated(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: a lead without a customer may have got the phone of a known one."""
    lead = Lead.objects.without_customer().filter(pk=payload["lead_id"]).exclude(phone="").first()
    if lead is None:
        return
    customer_of, _ = holders([lead.phone])
    if lead.phone in customer_of:
        on_customer_phone(actor, {"customer_id": customer_of[lead.phone]})
