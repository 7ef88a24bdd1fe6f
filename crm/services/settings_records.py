"""Saving what admins set up: the company itself, branches, tags, sources."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from crm import audit
from crm.actors import Actor
from crm.models import Company
from crm.roles import Action


@transaction.atomic
def save_settings_record(
    *, actor: Actor, record: models.Model, old: Mapping[str, Any] | None
) -> None:
    """Save a record of the actor's company and audit it.

    `old` holds the former values of the changed fields, or None for a new record.
    """
    actor.require(Action.MANAGE_STAFF)
    if not isinstance(record, Company):
        record.company_id = actor.company.pk  # type: ignore[attr-defined]
    record.save(force_insert=old is None)
    if old is None:
        names = [field.name for field in record._meta.concrete_fields if field.editable]
    else:
        names = list(old)
    audit.record(
        actor=actor,
        action=f"{record._meta.model_name}.{'created' if old is None else 'updated'}",
        subject=record,
        old=old,
        new={name: getattr(record, name) for name in names},
    )
