"""Leads for tests: new ones by the services, legacy ones as an older system left them."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from crm.actors import Actor
from crm.models import Branch
from customers.models import Customer
from leads.models import Lead
from leads.models.lead import CLOSED_STATUSES, LeadStatus
from leads.services.create import create_lead
from tests.factories.customers import next_phone


def make_lead(
    actor: Actor, *, branch: Branch, customer: Customer | None = None, **values: Any
) -> Lead:
    """An open lead of the customer, or of somebody new with a number of their own."""
    if customer is None:
        values.setdefault("phone_text", next_phone(actor.company.default_region))
        values.setdefault("full_name", "Lee Marsh")
    customer_id = customer.pk if customer else None
    outcome = create_lead(actor=actor, branch_id=branch.pk, customer_id=customer_id, **values)
    return outcome.lead


def make_legacy_lead(
    branch: Branch,
    *,
    typed: str = "",
    phone: str = "",
    name: str = "",
    status: LeadStatus = LeadStatus.NEW,
    received_at: datetime | None = None,
    **values: Any,
) -> Lead:
    """A lead without a customer; `typed` is the phone as written, `phone` its E.164 if known."""
    at = received_at or timezone.now()
    if status in CLOSED_STATUSES:
        values.setdefault("closed_at", at)
        values.setdefault("reason", "not interested")
    if status == LeadStatus.PENDING:
        values.setdefault("follow_up_at", at)
        values.setdefault("remarks", "call back")
    return Lead.objects.create(
        company_id=branch.company_id,
        branch=branch,
        phone_as_typed=typed or phone,
        phone=phone,
        full_name=name,
        status=status,
        received_at=at,
        last_activity_at=at,
        **values,
    )
