"""What other apps add to search hits, without this app knowing them.

An app registers one provider in its `AppConfig.ready()`. It is asked once a search.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from crm.actors import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenLead:
    """An open lead of a customer, as a hit shows it."""

    id: UUID
    branch: str
    owner: str  # empty: nobody yet
    status: str
    status_label: str
    may_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadFacts:
    """A lead without a customer that was found."""

    title: str
    phone: str  # E.164, else the text as it was typed
    email: str
    status: str
    status_label: str
    branch: str
    owner: str
    last_activity_at: datetime
    may_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class HitExtras:
    """What a provider knows of these hits; leads newest first."""

    open_leads: Mapping[UUID, Sequence[OpenLead]] = field(default_factory=dict)
    leads: Mapping[UUID, LeadFacts] = field(default_factory=dict)


HitExtraProvider = Callable[[Actor, Sequence[UUID], Sequence[UUID]], HitExtras]

_providers: list[HitExtraProvider] = []


def register_hit_extra(provider: HitExtraProvider) -> None:
    """Have `provider(actor, customer_ids, lead_ids)` asked for every page of hits."""
    if provider not in _providers:
        _providers.append(provider)


def hit_extras(
    actor: Actor, *, customer_ids: Sequence[UUID], lead_ids: Sequence[UUID]
) -> HitExtras:
    """What all providers know of these customers and leads."""
    open_leads: dict[UUID, Sequence[OpenLead]] = {}
    leads: dict[UUID, LeadFacts] = {}
    for provider in _providers:
        extras = provider(actor, customer_ids, lead_ids)
        open_leads.update(extras.open_leads)
        leads.update(extras.leads)
    return HitExtras(open_leads=open_leads, leads=leads)
