"""Links of app profiles as people decide them: link, unlink, link to somebody else, let go.

A person here is a staff member or another system that speaks for them by the API. What they decide
binds the matcher (match_profile.py).
"""

from uuid import UUID

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.roles import Action
from customers.models import Customer, ProfileLink
from customers.selectors.survivors import survivors_of
from customers.services.customer_fields import clean_line
from customers.services.live_customer import require_live_customer
from customers.services.profile_link_writes import (
    clean_profile,
    locked_link,
    remember_profile,
    set_customer,
    take_customer,
)

MANUAL = "manual"
UNLINKED_BY_PERSON = "unlinked"


@transaction.atomic
def link_profile(
    *, actor: Actor, provider: str, profile_id: str, customer_id: UUID, reason: str = ""
) -> ProfileLink:
    """Say that this customer stands behind the profile. Again is the same as once.

    Raises InvalidInput, NotFound for no such customer, and Conflict: `merged` or `deleted`, and
    `linked_elsewhere` (details `link_id`) where the profile has another living customer.
    """
    actor.require(Action.LINK_PROFILES)
    reason = clean_line("reason", reason)
    provider, profile_id = clean_profile(provider, profile_id)
    customer = require_live_customer(customer_id, lock=True)
    known = remember_profile(actor=actor, provider=provider, profile_id=profile_id)
    link = locked_link(known.pk)
    if link.customer_id not in (None, customer.pk) and _lives(link.customer_id):
        raise Conflict(
            "This profile is linked to another customer. Unlink it there first, or link it anew.",
            code="linked_elsewhere",
            details={"link_id": link.pk},
        )
    return _decide(actor, link, customer, reason)


@transaction.atomic
def relink_profile(
    *, actor: Actor, link_id: UUID, customer_id: UUID, reason: str = ""
) -> ProfileLink:
    """Hand a known profile to this customer, whoever had it.

    Raises NotFound for no such link or customer, and Conflict `merged` or `deleted`.
    """
    actor.require(Action.LINK_PROFILES)
    reason = clean_line("reason", reason)
    customer = require_live_customer(customer_id, lock=True)
    return _decide(actor, locked_link(link_id), customer, reason)


@transaction.atomic
def unlink_profile(
    *, actor: Actor, link_id: UUID, reason: str, customer_id: UUID | None = None
) -> ProfileLink:
    """Take the profile off its customer. Only a person links it again.

    With `customer_id` the link must be that customer's: what the person saw. Raises InvalidInput at
    `reason`, NotFound, and Conflict `not_linked`.
    """
    actor.require(Action.LINK_PROFILES)
    reason = clean_line("reason", reason)
    if not reason:
        raise InvalidInput.field("reason", "Say why the profile is unlinked.")
    link = locked_link(link_id)
    if link.customer_id is None:
        if customer_id is not None:
            raise NotFound
        raise Conflict("This profile has no customer.", code="not_linked")
    if customer_id not in (None, link.customer_id):
        raise NotFound
    return take_customer(actor=actor, link=link, method=UNLINKED_BY_PERSON, reason=reason)


@transaction.atomic
def release_profile(*, actor: Actor, link_id: UUID) -> ProfileLink:
    """Let a profile that a person unlinked be matched by itself again.

    Raises NotFound, and Conflict `not_blocked`.
    """
    actor.require(Action.LINK_PROFILES)
    link = locked_link(link_id)
    if not link.is_blocked:
        raise Conflict("This profile was not unlinked by a person.", code="not_blocked")
    link.decided_by_human = False
    link.match_method = ""
    link.save(update_fields=["decided_by_human", "match_method", "updated_at"])
    audit.record(
        actor=actor,
        action="profilelink.released",
        subject=link,
        old={"decided_by_human": True},
        new={"decided_by_human": False},
    )
    return link


def _decide(actor: Actor, link: ProfileLink, customer: Customer, reason: str) -> ProfileLink:
    if link.customer_id == customer.pk and link.decided_by_human:
        return link
    return set_customer(
        actor=actor,
        link=link,
        customer=customer,
        method=MANUAL,
        confidence=1.0,
        by_human=True,
        reason=reason,
    )


def _lives(customer_id: UUID | None) -> bool:
    """Whether the record, or what it was merged into, is alive."""
    assert customer_id is not None
    now = survivors_of([customer_id]).get(customer_id, customer_id)
    return Customer.objects.live().filter(pk=now).exists()
