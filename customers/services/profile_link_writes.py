"""The writes by which a profile gets, changes or loses its customer; the services decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import InvalidInput, NotFound
from crm.identifiers.text import holds_control_characters
from customers.models import Customer, ProfileLink

LINKED, UNLINKED = "link.linked", "link.unlinked"  # topics; payloads hold ids only
LONGEST_PROVIDER, LONGEST_PROFILE = 40, 200


def clean_profile(provider: str, profile_id: str) -> tuple[str, str]:
    """The name of a profile, fit to store. Raises InvalidInput at `provider` or `profile_id`."""
    cleaned = provider.strip().lower(), profile_id.strip()
    limits = (("provider", LONGEST_PROVIDER), ("profile_id", LONGEST_PROFILE))
    for text, (field, longest) in zip(cleaned, limits, strict=True):
        if not text:
            raise InvalidInput.field(field, "This is needed.")
        if len(text) > longest:
            raise InvalidInput.field(field, f"This has at most {longest} characters.")
        if holds_control_characters(text):
            raise InvalidInput.field(field, "This holds characters that can't be kept.")
    return cleaned


def remember_profile(*, actor: Actor, provider: str, profile_id: str) -> ProfileLink:
    """The row of a profile; of several who bring a new one at once, one writes it."""
    rows = ProfileLink.objects.filter(provider=provider, profile_id=profile_id)
    known = rows.first()
    if known is not None:
        return known
    new = ProfileLink(company=actor.company, provider=provider, profile_id=profile_id)
    ProfileLink.objects.bulk_create([new], ignore_conflicts=True)
    return rows.get()


def locked_link(link_id: UUID) -> ProfileLink:
    """The link as it is, kept so until the transaction ends. Its customer is locked before it.

    Raises NotFound.
    """
    link = ProfileLink.objects.select_for_update(no_key=True).filter(pk=link_id).first()
    if link is None:
        raise NotFound
    return link


def set_customer(
    *,
    actor: Actor,
    link: ProfileLink,
    customer: Customer,
    method: str,
    confidence: float | None,
    by_human: bool,
    reason: str = "",
    linked_at: datetime | None = None,
) -> ProfileLink:
    """Give the locked link this live, locked customer; both trails and the outbox tell it.

    `linked_at` is for links that are older than their row here.
    """
    former = link.customer_id
    now = timezone.now()
    link.customer = customer
    link.match_method, link.match_confidence = method, confidence
    link.linked_by, link.linked_at, link.last_verified_at = actor.name[:200], linked_at or now, now
    link.decided_by_human = by_human
    link.save()
    if former == customer.pk:
        return link
    if former is not None:
        _tell_former(actor, link, former, reason)
    audit.record(
        actor=actor,
        action="customer.profile_linked",
        subject=customer,
        new={**_names(link), "method": method, "confidence": confidence},
        reason=reason,
    )
    outbox.publish(
        actor=actor,
        topic=LINKED,
        payload={
            "link_id": link.pk,
            "customer_id": customer.pk,
            "previous_customer_id": former,
        },
    )
    return link


def take_customer(*, actor: Actor, link: ProfileLink, method: str, reason: str) -> ProfileLink:
    """Take the locked link's customer away, as a person's decision."""
    former = link.customer_id
    assert former is not None
    link.customer = link.match_confidence = None
    link.match_method = method
    link.linked_by, link.linked_at, link.last_verified_at = "", None, None
    link.decided_by_human = True
    link.save()
    _tell_former(actor, link, former, reason)
    outbox.publish(actor=actor, topic=UNLINKED, payload={"link_id": link.pk, "customer_id": former})
    return link


def _tell_former(actor: Actor, link: ProfileLink, former: UUID, reason: str) -> None:
    audit.record(
        actor=actor,
        action="customer.profile_unlinked",
        subject=Customer(pk=former),
        old=_names(link),
        reason=reason,
    )


def _names(link: ProfileLink) -> Mapping[str, Any]:
    return {"link_id": link.pk, "provider": link.provider, "profile_id": link.profile_id}
