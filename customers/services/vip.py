"""What an app may do for its signed-in profile: see its own customer, link itself, change its data.

The caller is the app (its key needs the scope vip:act); what is changed is changed in the name of
the profile, and only on the profile's own customer. Staff's rights play no part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from crm.actors import Actor
from crm.errors import Conflict, DuplicateFound, Forbidden, InvalidInput
from customers.models import ConsentEvent, ContactPoint, Customer
from customers.models.consent import ConsentChannel
from customers.models.contact_point import ContactKind
from customers.selectors.consent import current_consent
from customers.selectors.profile_customer import ProfileCustomer, customer_of_profile
from customers.services.consent import record_consent
from customers.services.contact_entries import read_email
from customers.services.contact_points import add_contact_point, make_primary
from customers.services.edit import edit_customer
from customers.services.link_codes import ask_for_code, link_by_code
from customers.services.live_customer import require_live_customer
from customers.services.match_profile import match_profile
from customers.services.profile_tokens import SignedInProfile

SOURCE = "vip_profile"
# What an app's messages go through; one switch there answers for all three.
SWITCHED = (ConsentChannel.EMAIL, ConsentChannel.SMS, ConsentChannel.CHAT)
EDITABLE = (
    "full_name",
    "address_line",
    "city",
    "postcode",
    "country",
    "birthday",
    "language",
    "preferred_contact",
)


class LinkStep(StrEnum):
    """Where linking one's own profile stands."""

    ALREADY_LINKED = "already_linked"
    CODE_REQUESTED = "code_requested"
    LINKED = "linked"


@dataclass(frozen=True, kw_only=True)
class Marketing:
    """What the person agreed to: one answer of the app's switch, and each channel's."""

    opted_in: bool
    changed_at: datetime | None
    source: str
    channels: Mapping[str, bool]


def vip_status(*, actor: Actor, profile: SignedInProfile) -> ProfileCustomer:
    """The profile's customer, read live.

    A profile without one, or whose customer has vanished, is matched first, by what its sign-in has
    proven. Raises Forbidden.
    """
    found = _read(actor, profile)
    if not found.may_match:
        return found
    if found.link_id is not None and not (profile.claims.phone or profile.claims.email):
        return found
    match_profile(
        actor=actor,
        provider=profile.provider,
        profile_id=profile.profile_id,
        claims=profile.claims,
    )
    return _read(actor, profile)


def link_account(
    *, actor: Actor, profile: SignedInProfile, phone_text: str = "", code_text: str = ""
) -> LinkStep:
    """Ask for a code with a phone; link with the code.

    Raises InvalidInput at `phone` or `code`, TooManyTries, Conflict `unlinked_by_staff`, and
    Unavailable. A wrong code counts: the caller must not roll back.
    """
    found = vip_status(actor=actor, profile=profile)
    if found.customer is not None and is_sure(found):
        return LinkStep.ALREADY_LINKED
    names = {"provider": profile.provider, "profile_id": profile.profile_id}
    own = in_name_of(actor, profile)
    if code_text:
        if not link_by_code(actor=own, code_text=code_text, **names):
            raise InvalidInput.field(
                "code",
                "This code is not right, or too old. Type it again or ask for a new one.",
                code="wrong_code",
            )
        return LinkStep.LINKED
    if not phone_text.strip():
        raise InvalidInput.field("phone", "Enter your phone number.")
    ask_for_code(actor=own, phone_text=phone_text, **names)
    return LinkStep.CODE_REQUESTED


def is_sure(found: ProfileCustomer) -> bool:
    """Whether the link is more than a guess: links of older systems may be (“fuzzy” phones)."""
    return found.decided_by_human or (found.match_confidence or 0) >= 1


def marketing_of(found: ProfileCustomer) -> Marketing:
    """What the customer of the profile agreed to; one query, none without a customer."""
    events = current_consent(customer_id=found.customer.customer_id) if found.customer else []
    return _marketing(events)


@transaction.atomic
def edit_own_profile(
    *,
    actor: Actor,
    profile: SignedInProfile,
    changes: Mapping[str, Any],
    email: str | None = None,
    marketing_opt_in: bool | None = None,
) -> ProfileCustomer:
    """Change the profile's own customer: the person edits their own data, so it is not a guest form
    that only fills blanks (S0.5). Their phone, which says who they are, is not changed here.

    A link that is only a guess may not be edited through. Raises Conflict `not_linked` as 400,
    Forbidden `link_not_confirmed`, InvalidInput, and Conflict `contact_in_use`.
    """
    found = vip_status(actor=actor, profile=profile)
    if found.customer is None:
        raise InvalidInput("Link your profile first.", code="not_linked")
    if not is_sure(found):
        raise Forbidden(
            "Confirm by phone first that this is your profile.", code="link_not_confirmed"
        )
    own = in_name_of(actor, profile)
    customer = require_live_customer(found.customer.customer_id, lock=True)
    if changes:
        _edit(own, customer, changes)
    if email is not None:
        _set_email(own, customer, email)
    if marketing_opt_in is not None:
        for channel in SWITCHED:
            record_consent(
                actor=own,
                customer_id=customer.pk,
                channel=channel,
                granted=marketing_opt_in,
                source=SOURCE,
                explicit=True,
            )
    return _read(actor, profile)


def in_name_of(actor: Actor, profile: SignedInProfile) -> Actor:
    """The profile itself as the trail names it; the app's own rights end at its scope."""
    name = f"{profile.provider} profile {profile.profile_id}"[:200]
    return replace(actor, staff=None, system_name=name, granted=None, key_branch_ids=None)


def _read(actor: Actor, profile: SignedInProfile) -> ProfileCustomer:
    return customer_of_profile(
        actor=actor, provider=profile.provider, profile_id=profile.profile_id
    )


def _edit(own: Actor, customer: Customer, changes: Mapping[str, Any]) -> None:
    if strange := [name for name in changes if name not in EDITABLE]:
        raise InvalidInput.field(strange[0], "This cannot be changed here.")
    edit_customer(actor=own, customer_id=customer.pk, version=customer.version, changes=changes)


def _set_email(own: Actor, customer: Customer, text: str) -> None:
    """The address becomes the main one; older ones stay. Another customer's is not taken."""
    value = read_email(text).value
    held = ContactPoint.objects.filter(customer=customer, kind=ContactKind.EMAIL, value=value)
    point = held.first()
    if point is None:
        try:
            point = add_contact_point(
                actor=own, customer_id=customer.pk, kind=ContactKind.EMAIL, text=text
            )
        except DuplicateFound:
            # Without the id and the words of the duplicate: they are about somebody else.
            message = "This e-mail cannot be saved here. Ask the staff."
            raise Conflict(message, code="contact_in_use", fields={"email": message}) from None
    make_primary(actor=own, contact_point_id=point.pk)


def _marketing(events: list[ConsentEvent]) -> Marketing:
    switched = [event for event in events if event.channel in SWITCHED]
    newest = max(switched, key=lambda event: event.happened_at, default=None)
    return Marketing(
        opted_in=any(event.granted for event in switched),
        changed_at=newest.happened_at if newest else None,
        source=newest.source if newest else "",
        channels={event.channel: event.granted for event in events},
    )
