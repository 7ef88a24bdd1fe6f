"""Making, rotating and ending API keys."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.models import ApiKey, ApiKeyBranch, Branch
from crm.roles import Action
from crm.scopes import unknown

OVERLAP = timedelta(days=7)
USE_IS_NOTED_EVERY = timedelta(minutes=5)
SECRET_BYTES = 32
MARK = "sbk"  # tells scanners for leaked secrets, and people, what this is


@dataclass(frozen=True, kw_only=True)
class KeyValues:
    """What is decided about a key. `expires_at` in UTC; no branches means all."""

    name: str
    scopes: Collection[str]
    branch_ids: Collection[UUID] = ()
    expires_at: datetime | None = None
    requests_per_minute: int = 600


def digest_of(token: str) -> bytes:
    """What is kept of a token. It is long and random, so one round of SHA-256 is enough."""
    return sha256(token.encode()).digest()


@transaction.atomic
def create_key(*, actor: Actor, values: KeyValues) -> tuple[ApiKey, str]:
    """A key for another system, and the token, which is shown this once.

    Raises InvalidInput at `name`, `scopes`, `branches` or `expires_at`.
    """
    actor.require(Action.MANAGE_API_KEYS)
    return _insert(actor, values, of_staff=False)


@transaction.atomic
def create_own_token(*, actor: Actor, values: KeyValues) -> tuple[ApiKey, str]:
    """A token with which the actor's own programs act for them, within their role."""
    actor.require(Action.USE_OWN_TOKENS)
    if actor.staff is None:
        raise InvalidInput("Only staff have tokens of their own.")
    return _insert(actor, values, of_staff=True)


@transaction.atomic
def rotate_key(*, actor: Actor, key_id: UUID, overlap: timedelta = OVERLAP) -> tuple[ApiKey, str]:
    """A new key like this one; the old one ends after the overlap. Raises NotFound, Conflict."""
    old = _locked(actor, key_id)
    if old.revoked_at is not None:
        raise Conflict("This key was revoked. Make a new one.", code="revoked")
    now = timezone.now()
    branch_ids = list(old.branch_rows.values_list("branch_id", flat=True))
    values = KeyValues(
        name=old.name,
        scopes=old.scopes,
        branch_ids=branch_ids,
        expires_at=old.expires_at if old.expires_at and old.expires_at > now else None,
        requests_per_minute=old.requests_per_minute,
    )
    new, token = _insert(actor, values, of_staff=old.staff_id is not None, replaces=old)
    ends_at = min(filter(None, (old.expires_at, now + overlap)))
    old.expires_at = ends_at
    old.save(update_fields=["expires_at", "updated_at"])
    audit.record(
        actor=actor, action="apikey.rotated", subject=old, new={"replaced_by": new, "ends": ends_at}
    )
    return new, token


@transaction.atomic
def revoke_key(*, actor: Actor, key_id: UUID, reason: str = "") -> ApiKey:
    """End a key at once; a second time changes nothing. Raises NotFound."""
    key = _locked(actor, key_id)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at", "updated_at"])
        audit.record(actor=actor, action="apikey.revoked", subject=key, reason=reason)
    return key


def note_use(*, key_id: UUID, last_used_at: datetime | None) -> None:
    """Remember that a key was used, once in five minutes; nobody waits for another's note."""
    now = timezone.now()
    if last_used_at is None or now - last_used_at > USE_IS_NOTED_EVERY:
        row = ApiKey.objects.filter(pk=key_id).select_for_update(skip_locked=True, of=("self",))
        ApiKey.objects.filter(pk__in=row.values("pk")).update(last_used_at=now)


def _insert(
    actor: Actor, values: KeyValues, *, of_staff: bool, replaces: ApiKey | None = None
) -> tuple[ApiKey, str]:
    _check(values)
    prefix = secrets.token_hex(4)
    token = f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    key = ApiKey.objects.create(
        company_id=actor.company.pk,
        name=values.name.strip(),
        prefix=prefix,
        digest=digest_of(token),
        scopes=sorted(set(values.scopes)),
        staff=(replaces.staff if replaces else actor.staff) if of_staff else None,
        requests_per_minute=values.requests_per_minute,
        expires_at=values.expires_at,
        replaces=replaces,
        made_by=actor.name,
    )
    ApiKeyBranch.objects.bulk_create(
        ApiKeyBranch(company_id=actor.company.pk, key=key, branch_id=branch_id)
        for branch_id in set(values.branch_ids)
    )
    audit.record(
        actor=actor,
        action="apikey.created",
        subject=key,
        new={
            "name": key.name,
            "prefix": prefix,
            "scopes": key.scopes,
            "branches": sorted(map(str, values.branch_ids)),
            "staff": key.staff_id,
            "expires_at": key.expires_at,
        },
    )
    return key, token


def _check(values: KeyValues) -> None:
    if not values.name.strip():
        raise InvalidInput.field("name", "Name the system that will use the key.")
    if len(values.name) > 120:
        raise InvalidInput.field("name", "At most 120 characters.")
    if not values.scopes:
        raise InvalidInput.field("scopes", "Choose at least one thing that the key may do.")
    if strange := unknown(values.scopes):
        raise InvalidInput.field("scopes", f"There is no scope {', '.join(strange)}.")
    if values.expires_at is not None and values.expires_at <= timezone.now():
        raise InvalidInput.field("expires_at", "Choose a time to come.")
    if not 1 <= values.requests_per_minute <= 100_000:
        raise InvalidInput.field("requests_per_minute", "From 1 to 100,000.")
    wanted = set(values.branch_ids)
    if Branch.objects.filter(pk__in=wanted, is_active=True).count() != len(wanted):
        raise InvalidInput.field("branches", "Choose branches of the list.")


def _locked(actor: Actor, key_id: UUID) -> ApiKey:
    """The key, if the actor may manage it: admins all, others their own tokens."""
    try:
        key = ApiKey.objects.select_for_update(of=("self",)).get(pk=key_id)
    except ApiKey.DoesNotExist:
        raise NotFound from None
    is_own = actor.staff is not None and key.staff_id == actor.staff.pk
    if not actor.may(Action.MANAGE_API_KEYS) and not (is_own and actor.may(Action.USE_OWN_TOKENS)):
        raise NotFound
    return key
