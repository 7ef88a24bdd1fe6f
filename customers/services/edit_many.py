"""Changing hundreds of customers at once, in a handful of statements; each stands for itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, CrmError, InvalidInput, NotFound, StaleVersion
from crm.roles import Action
from customers.models import Customer
from customers.services.customer_fields import clean_fields
from customers.services.live_customer import require_live

STALE = "Somebody changed this customer since you read it. Read it again, then decide."
UPDATE = """
UPDATE customers_customer customer
   SET {changes}, version = customer.version + 1, updated_at = %s
  FROM unnest(%s::uuid[], {values}) AS told (id, {names})
 WHERE customer.id = told.id
"""
TWICE = "This customer stands twice in one request. Send one change of each."


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Fields to change of a customer whose version was read, as in `edit_customer`."""

    customer_id: UUID
    version: int
    changes: Mapping[str, Any]


@transaction.atomic
def edit_customers(*, actor: Actor, edits: Sequence[Edit]) -> list[Customer | CrmError]:
    """For each edit the customer as it is now, or why it was not changed; six statements.

    InvalidInput, NotFound, Conflict and StaleVersion (`current_version`) are answers to that edit
    alone, as `edit_customer` would raise them. Raises Forbidden.
    """
    actor.require(Action.EDIT_CUSTOMER)
    rows = Customer.objects.filter(pk__in={edit.customer_id for edit in edits}).order_by("pk")
    found = {one.pk: one for one in rows.select_for_update(no_key=True)}
    old: dict[Customer, dict[str, Any]] = {}
    new: dict[Customer, dict[str, Any]] = {}
    results: list[Customer | CrmError] = []
    seen: set[UUID] = set()
    for edit in edits:
        try:
            if edit.customer_id in seen:
                raise Conflict(TWICE, code="twice")
            seen.add(edit.customer_id)
            customer = _checked(found, edit)
            before, after = audit.changed_values(customer, clean_fields(edit.changes))
        except CrmError as error:
            results.append(error)
            continue
        if after:
            old[customer], new[customer] = before, after
        results.append(customer)
    _write(actor, old, new)
    return results


def _checked(found: Mapping[UUID, Customer], edit: Edit) -> Customer:
    if edit.customer_id not in found:
        raise NotFound
    customer = require_live(found[edit.customer_id])
    if customer.version != edit.version:
        raise StaleVersion(STALE, details={"current_version": customer.version})
    if not edit.changes:
        raise InvalidInput("Name a field to change.")
    return customer


def _write(
    actor: Actor,
    old: Mapping[Customer, Mapping[str, Any]],
    new: Mapping[Customer, Mapping[str, Any]],
) -> None:
    if not new:
        return
    now = timezone.now()
    for customer, values in new.items():
        for name, value in values.items():
            setattr(customer, name, value)
        customer.version += 1
        customer.updated_at = now
    columns = tuple(sorted({name for values in new.values() for name in values}))
    with connection.cursor() as cursor:
        cursor.execute(
            _update_of(columns),
            [
                now,
                [customer.pk for customer in new],
                *([getattr(customer, name) for customer in new] for name in columns),
            ],
        )
    subjects: dict[Model, Mapping[str, Any]] = dict(new.items())
    before: dict[Model, Mapping[str, Any]] = dict(old.items())
    audit.record_many(actor=actor, action="customer.updated", subjects=subjects, old=before)
    outbox.publish_many(
        actor=actor,
        events=[
            ("customer.updated", {"customer_id": customer.pk, "changed": sorted(values)})
            for customer, values in new.items()
        ],
    )


@cache
def _update_of(columns: Sequence[str]) -> str:
    """One statement for all: Django's bulk_update writes a CASE with a branch for each row."""
    types = {name: Customer._meta.get_field(name).db_type(connection) for name in columns}
    return UPDATE.format(
        changes=", ".join(f"{name} = told.{name}" for name in columns),
        values=", ".join(f"%s::{types[name]}[]" for name in columns),
        names=", ".join(columns),
    )
