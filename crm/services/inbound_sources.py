"""Setting up who may send to us, and rotating their secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.encryption import seal
from crm.errors import InvalidInput, NotFound
from crm.inbox import path_secrets
from crm.inbox.registry import handler_of
from crm.models import InboundSource
from crm.roles import Action

OVERLAP = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class SourceValues:
    """What an admin decides about a source."""

    name: str
    is_active: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    retention_days: int = 90
    max_body_bytes: int = 1024 * 1024
    requests_per_minute: int = 600

    def as_fields(self) -> dict[str, Any]:
        """The values by the names of the model's fields."""
        return {**vars(self), "settings": dict(self.settings)}


@transaction.atomic
def create_source(
    *, actor: Actor, kind: str, values: SourceValues, signing_secret: str = ""
) -> tuple[InboundSource, str]:
    """A new source, and the secret of its path, which is shown once and kept as a digest."""
    actor.require(Action.MANAGE_INBOX)
    _check_settings(kind, values)
    secret = path_secrets.new_secret()
    source = InboundSource.objects.create(
        company_id=actor.company.pk,
        kind=kind,
        secret_digest=path_secrets.digest(secret),
        signing_secret_sealed=seal(signing_secret) if signing_secret else None,
        **values.as_fields(),
    )
    audit.record(
        actor=actor,
        action="inboundsource.created",
        subject=source,
        new={"kind": kind, **values.as_fields(), "is_signed": bool(signing_secret)},
    )
    return source, secret


@transaction.atomic
def edit_source(*, actor: Actor, source: InboundSource, values: SourceValues) -> InboundSource:
    """Change what was decided about a source; its key, kind and secrets stay."""
    stored = _locked(actor, source)
    _check_settings(stored.kind, values)
    old, new = audit.changed_values(stored, values.as_fields())
    if new:
        for name, value in new.items():
            setattr(stored, name, value)
        stored.save(update_fields=[*new, "updated_at"])
        audit.record(actor=actor, action="inboundsource.updated", subject=stored, old=old, new=new)
    return stored


@transaction.atomic
def rotate_secret(
    *, actor: Actor, source: InboundSource, overlap: timedelta = OVERLAP
) -> tuple[InboundSource, str]:
    """A new path secret. The present one works on for `overlap`; an older one ends now."""
    stored = _locked(actor, source)
    secret = path_secrets.new_secret()
    if overlap > timedelta(0):
        stored.previous_secret_digest = stored.secret_digest
        stored.previous_secret_until = timezone.now() + overlap
    else:
        stored.previous_secret_digest = stored.previous_secret_until = None
    stored.secret_digest = path_secrets.digest(secret)
    stored.save(
        update_fields=[
            *("secret_digest", "previous_secret_digest", "previous_secret_until"),
            "updated_at",
        ]
    )
    audit.record(
        actor=actor,
        action="inboundsource.secret_rotated",
        subject=stored,
        new={"old_address_works_until": stored.previous_secret_until},
    )
    return stored, secret


@transaction.atomic
def set_signing_secret(
    *, actor: Actor, source: InboundSource, secret: str, keep_previous: bool = True
) -> InboundSource:
    """The secret that the sender signs with. The present one is accepted beside it, if kept."""
    stored = _locked(actor, source)
    if not secret:
        raise InvalidInput.field("signing_secret", "Enter the secret that the sender signs with.")
    stored.previous_signing_secret_sealed = stored.signing_secret_sealed if keep_previous else None
    stored.signing_secret_sealed = seal(secret)
    stored.save(
        update_fields=[
            *("signing_secret_sealed", "previous_signing_secret_sealed"),
            "updated_at",
        ]
    )
    audit.record(
        actor=actor,
        action="inboundsource.signing_secret_set",
        subject=stored,
        new={"accepts_previous": stored.previous_signing_secret_sealed is not None},
    )
    return stored


def _locked(actor: Actor, source: InboundSource) -> InboundSource:
    actor.require(Action.MANAGE_INBOX)
    stored = InboundSource.objects.select_for_update().filter(pk=source.pk).first()
    if stored is None:
        raise NotFound
    return stored


def _check_settings(kind: str, values: SourceValues) -> None:
    handler = handler_of(kind)
    if handler is None:
        raise InvalidInput.field("kind", "Choose what sends here.")
    if not isinstance(values.settings, dict):
        raise InvalidInput.field("settings", 'Write an object, such as {"time_zone": "UTC"}.')
    handler.check_settings(values.settings)
