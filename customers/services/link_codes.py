"""Linking one's own profile by phone, with a one-time code that proves whose phone it is.

Knowing a number must not be enough (source systems S0.8, 5), and nobody may find out here whether a
number belongs to a customer. So asking does the same work for every number: it writes a row and an
event. Whose number it is, is looked up afterwards by a worker, which sends a code only when exactly
one live customer is identified. A wrong code, an old one and one that was never sent look alike.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from crm import outbox
from crm.actors import Actor
from crm.encryption import CannotUnseal, seal, unseal
from crm.errors import Conflict, CrmError, Unavailable
from crm.roles import Action
from customers.merging.retrying import BeginAgain, begin_again
from customers.models import Customer, LinkCode, LinkCodeChannel, ProfileLink
from customers.profile_links.channels import ChannelSettings, CodeMessage, channels
from customers.services.contact_entries import read_phone, regions_of
from customers.services.identify import identify
from customers.services.profile_link_writes import (
    clean_profile,
    locked_link,
    remember_profile,
    set_customer,
)

ASKED = "link.code_asked"
BY_CODE = "one_time_code"
DIGITS = 6
LIFETIME = timedelta(minutes=10)
WINDOW = timedelta(minutes=15)
MOST_TRIES = 5  # codes asked for, and wrong codes, each in WINDOW for a profile and for a phone
KEPT = timedelta(minutes=30)
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class TooManyTries(CrmError):
    """The profile or the phone has used up its tries; `details` has `retry_after` in seconds."""

    status = 429
    default_code = "too_many_tries"


def purge_old_codes() -> int:
    """Forget codes, and the phones they went to, that count for nothing any more."""
    return LinkCode.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


@transaction.atomic
def ask_for_code(*, actor: Actor, provider: str, profile_id: str, phone_text: str) -> None:
    """Take down that this profile wants to be linked by this phone; a worker does the rest.

    Raises InvalidInput at `phone` for what is no phone, TooManyTries, Conflict `unlinked_by_staff`,
    and Unavailable `no_code_channel`: none of them depends on whose number it is.
    """
    actor.require(Action.FIND_CUSTOMERS)
    phone = read_phone(phone_text, regions=regions_of(actor)).value
    require_channel()
    provider, profile_id = clean_profile(provider, profile_id)
    link = remember_profile(actor=actor, provider=provider, profile_id=profile_id)
    digest = _keyed("phone", phone)
    _stand_alone(actor, link.pk, digest)
    _refuse_blocked(link)
    _refuse_too_many(link.pk, digest, count_asked=True)
    now = timezone.now()
    purge_old_codes()
    code = LinkCode.objects.create(
        company=actor.company,
        link=link,
        phone_digest=digest,
        phone_sealed=seal(phone),
        expires_at=now + LIFETIME,
    )
    outbox.publish(actor=actor, topic=ASKED, payload={"code_id": code.pk})


def send_asked_code(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Make the code and send it, if the phone is exactly one live customer's; handles ASKED.

    Raises SendingFailed, and the outbox tries again as long as the code could still be used.
    """
    rows = LinkCode.objects.select_for_update(no_key=True)
    asked = rows.filter(pk=payload["code_id"], sent_at=None, used_at=None).first()
    if asked is None or asked.expires_at <= timezone.now():
        return
    phone = _phone_of(asked)
    found = identify(actor=actor, phone=phone).customer if phone else None
    if found is None:
        return
    row = require_channel()
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    asked.code_digest = _keyed("code", f"{asked.pk}:{code}")
    asked.sent_at = timezone.now()
    asked.save(update_fields=["code_digest", "sent_at", "updated_at"])
    sealed = row.signing_secret_sealed
    channels()[row.kind].send(
        CodeMessage(
            id=asked.pk,
            phone=phone,
            code=code,
            expires_at=asked.expires_at,
            company_name=actor.company.name,
            language=found.language,
        ),
        ChannelSettings(
            url=row.url, signing_secret=unseal(bytes(sealed)) if sealed is not None else ""
        ),
    )


@transaction.atomic
def link_by_code(*, actor: Actor, provider: str, profile_id: str, code_text: str) -> bool:
    """Link the profile to the customer of the phone that the code proves; False for a wrong code.

    A wrong code counts, so the caller must not roll back. Raises TooManyTries, and Conflict
    `unlinked_by_staff` or `busy`.
    """
    actor.require(Action.FIND_CUSTOMERS)
    link = ProfileLink.objects.filter(provider=provider, profile_id=profile_id).first()
    if link is None:
        return False
    _stand_alone(actor, link.pk)
    asked = (
        LinkCode.objects.filter(link=link, used_at=None, expires_at__gt=timezone.now())
        .order_by("-created_at", "-id")
        .first()
    )
    if asked is None:
        return False
    _stand_alone(actor, link.pk, bytes(asked.phone_digest))
    _refuse_blocked(link)
    _refuse_too_many(link.pk, bytes(asked.phone_digest), count_asked=False)
    typed = _keyed("code", f"{asked.pk}:{code_text.strip()}")
    kept = bytes(asked.code_digest) if asked.code_digest is not None else secrets.token_bytes(32)
    if not hmac.compare_digest(typed, kept):
        asked.tries += 1
        asked.save(update_fields=["tries", "updated_at"])
        return False
    asked.used_at = timezone.now()
    asked.save(update_fields=["used_at", "updated_at"])
    return begin_again(lambda: _link(actor, link.pk, _phone_of(asked)))


def require_channel() -> LinkCodeChannel:
    """The way in which the company sends codes. Raises Unavailable `no_code_channel`."""
    row = LinkCodeChannel.objects.filter(is_active=True).first()
    if row is None or row.kind not in channels():
        raise Unavailable(
            "Linking by phone is not set up here. Ask the staff to link your profile.",
            code="no_code_channel",
        )
    return row


def _link(actor: Actor, link_id: UUID, phone: str) -> bool:
    """The phone may be somebody else's, or several people's, since the code was sent."""
    found = identify(actor=actor, phone=phone).customer if phone else None
    if found is None:
        return False
    # The customer before the link, as everywhere (docs/locking.md).
    live = Customer.objects.live().select_for_update(no_key=True).filter(pk=found.pk).first()
    if live is None:
        raise BeginAgain
    link = locked_link(link_id)
    _refuse_blocked(link)
    set_customer(
        actor=actor, link=link, customer=live, method=BY_CODE, confidence=1.0, by_human=False
    )
    return True


def _refuse_blocked(link: ProfileLink) -> None:
    if link.is_blocked:
        raise Conflict(
            "The staff unlinked this profile. Ask them to link it again.", code="unlinked_by_staff"
        )


def _refuse_too_many(link_id: UUID, phone_digest: bytes, *, count_asked: bool) -> None:
    since = timezone.now() - WINDOW
    rows = LinkCode.objects.filter(created_at__gt=since)
    for of_one in (Q(link_id=link_id), Q(phone_digest=phone_digest)):
        mine = rows.filter(of_one)
        wrong = mine.aggregate(sum=Sum("tries"))["sum"] or 0
        asked = mine.count() if count_asked else 0
        if max(wrong, asked) >= MOST_TRIES:
            raise TooManyTries(
                "Too many tries. Wait a quarter of an hour, then ask for a new code.",
                details={"retry_after": int(WINDOW.total_seconds())},
            )


def _stand_alone(actor: Actor, link_id: UUID, phone_digest: bytes = b"") -> None:
    """One try at a time for a profile, then for a phone, so that tries are counted exactly."""
    names = [f"link code {link_id}"]
    if phone_digest:
        names.append(f"link code {actor.company.pk} {phone_digest.hex()}")
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(ALONE, [name])


def _phone_of(asked: LinkCode) -> str:
    try:
        return unseal(bytes(asked.phone_sealed))
    except CannotUnseal:
        return ""  # SECRET_KEY changed within ten minutes: the person asks again


def _keyed(purpose: str, text: str) -> bytes:
    """A digest that cannot be found out by trying all numbers without SECRET_KEY."""
    key = sha256(f"link code {purpose} {settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, text.encode(), sha256).digest()
