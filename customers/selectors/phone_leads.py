"""Leads of a phone number, without this app knowing leads.

The app that has them registers one provider in its `AppConfig.ready()`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.actors import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneLead:
    """A lead as whoever answers the phone sees it. The names are those of S3.4."""

    id: UUID
    name: str
    phone: str  # E.164, else the text as it was typed
    status: str
    branch_id: UUID | None
    branch_name: str
    source_id: UUID | None
    source_name: str
    rm_member_id: UUID | None  # whose lead it is
    model: str
    variant: str
    location: str
    created_at: datetime


PhoneLeads = Callable[[Actor, Sequence[UUID], str], Sequence[PhoneLead]]

_providers: list[PhoneLeads] = []


def register_phone_leads(provider: PhoneLeads) -> None:
    """Have `provider(actor, customer_ids, phone)` asked whose leads a number belongs to."""
    if provider not in _providers:
        _providers.append(provider)


def leads_of_phone(*, actor: Actor, customer_ids: Sequence[UUID], phone: str) -> list[PhoneLead]:
    """The leads of these customers, and those without a customer that carry the phone (E.164).

    Raises Forbidden for an actor who may see no leads.
    """
    return [lead for provider in _providers for lead in provider(actor, customer_ids, phone)]
