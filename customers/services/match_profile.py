"""Matching of app profiles by themselves: exact, proven phones and e-mails only.

Names never link, and several candidates link nobody (the rule is `identify`). A living link is left
alone, whoever made it; one whose customer is gone is matched anew (source systems S0.5). A profile
that a person unlinked stays so.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.identifiers.invalid import InvalidIdentifier
from crm.identifiers.phones import parse_phone
from crm.roles import Action
from customers.merging.retrying import BeginAgain, begin_again
from customers.models import Customer, ProfileLink
from customers.selectors.survivors import survivors_of
from customers.services.identify import Outcome, identify
from customers.services.profile_link_writes import (
    clean_profile,
    locked_link,
    remember_profile,
    set_customer,
)

METHODS = {
    "phone": "phone_exact_match",
    "email": "email_exact_match",
    "phone and email": "phone_and_email_exact_match",
}
# Why nobody was found, for staff; the app is never told (it would tell whether a number exists).
WHY_NOT = {
    Outcome.NOBODY: "no_customer",
    Outcome.SEVERAL: "several_customers",
    Outcome.CONTRADICTION: "contradiction",
}


@dataclass(frozen=True, kw_only=True)
class ProvenClaims:
    """What a profile's sign-in service has proven: a phone in E.164, an e-mail in lower case."""

    phone: str = ""
    email: str = ""


NOTHING_PROVEN = ProvenClaims()


def proven_phone(text: str, *, regions: list[str]) -> str:
    """The phone of a claim in E.164; one that cannot be read proves nothing: “”.

    Sign-in services write E.164, some without its plus (Supabase); only a number with a leading
    zero is a national one.
    """
    is_bare = text[:1].isdigit() and not text.startswith("0")
    try:
        return parse_phone(f"+{text}" if is_bare else text, regions=regions).e164
    except InvalidIdentifier:
        return ""


def match_profile(
    *, actor: Actor, provider: str, profile_id: str, claims: ProvenClaims = NOTHING_PROVEN
) -> ProfileLink:
    """The link of the profile, after an attempt to find its customer where it has none.

    The profile is known from then on. Safe at any number of callers at once (docs/locking.md).
    Raises InvalidInput for a profile that cannot be kept, and Conflict `busy`.
    """
    actor.require(Action.FIND_CUSTOMERS)
    provider, profile_id = clean_profile(provider, profile_id)
    with transaction.atomic():
        link = remember_profile(actor=actor, provider=provider, profile_id=profile_id)
        if not may_match(link):
            return link
        return begin_again(lambda: _match(actor, link.pk, claims))


def may_match(link: ProfileLink) -> bool:
    """Whether the machine may give this profile a customer."""
    return not link.is_blocked and not has_living_customer(link)


def has_living_customer(link: ProfileLink) -> bool:
    """Whether the link leads to a live record, through merges."""
    if link.customer_id is None:
        return False
    now = survivors_of([link.customer_id]).get(link.customer_id, link.customer_id)
    return Customer.objects.live().filter(pk=now).exists()


def _match(actor: Actor, link_id: UUID, claims: ProvenClaims) -> ProfileLink:
    found = identify(actor=actor, phone=claims.phone, email=claims.email)
    if found.customer is None:
        return _note_why(link_id, WHY_NOT[found.outcome])
    # The customer before the link, as everywhere (docs/locking.md).
    rows = Customer.objects.live().select_for_update(no_key=True)
    customer = rows.filter(pk=found.customer.pk).first()
    if customer is None:
        raise BeginAgain  # merged or deleted since we looked
    link = locked_link(link_id)
    if not may_match(link):
        return link  # somebody was faster
    return set_customer(
        actor=actor,
        link=link,
        customer=customer,
        method=METHODS[found.method],
        confidence=found.confidence,
        by_human=False,
    )


def _note_why(link_id: UUID, why: str) -> ProfileLink:
    """Leave word for staff on a profile without a customer; a link to a deleted one stays as it is,
    so that restoring the customer brings it back."""
    rows = ProfileLink.objects.filter(pk=link_id)
    rows.filter(customer=None, decided_by_human=False).exclude(match_method=why).update(
        match_method=why
    )
    return rows.get()
