"""Find the person behind a phone number, or make their record: for calls, walk-ins and leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict
from crm.models import Branch
from crm.roles import Action
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from customers.models.customer import Origin
from customers.services.contact_entries import Reading, read_email, read_phone, regions_of
from customers.services.customer_fields import inbound_name_fields
from customers.services.identify import Identification, Outcome, identify
from customers.services.new_customer import (
    ValueTaken,
    insert_customer,
    insert_points,
    values_by_kind,
)
from customers.services.newcomer_check import refuse_if_here

ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class FoundOrCreated:
    """The person, or None where the values point at several; `identification` says whom."""

    customer: Customer | None
    created: bool
    identification: Identification


@transaction.atomic
def find_or_create_by_phone(
    *,
    actor: Actor,
    phone_text: str,
    origin: Origin,
    full_name: str = "",
    email_text: str = "",
    branch: Branch | None = None,
    unless_alike: bool = False,
) -> FoundOrCreated:
    """The customer whom the phone (or the e-mail) identifies, else a new one.

    A known customer gets blanks filled: a placeholder name, a missing e-mail, the number itself
    when the e-mail found them. What staff entered stays. Several or contradicting holders: nobody
    is linked and nobody is made.

    Safe at any number of callers at once (docs/locking.md): the unique key on live values lets one
    of them create, the others find. Raises InvalidInput at `phone`, `email` or `full_name`; with
    `unless_alike` MaybeHere instead of making a record of somebody who is likely here already.
    """
    actor.require(Action.CREATE_CUSTOMER)
    readings = [read_phone(phone_text, regions=regions_of(actor, branch))]
    if email_text.strip():
        readings.append(read_email(email_text))
    name = inbound_name_fields(full_name)
    for _ in range(ATTEMPTS):
        found = identify(
            actor=actor,
            phone=readings[0].value,
            email=readings[1].value if len(readings) > 1 else "",
        )
        if found.outcome in (Outcome.SEVERAL, Outcome.CONTRADICTION):
            return FoundOrCreated(customer=None, created=False, identification=found)
        if unless_alike and found.customer is None:
            refuse_if_here(actor=actor, fields=name, readings=readings)
        try:
            with transaction.atomic():
                return _settle(actor, found, readings, name, origin)
        except ValueTaken:
            continue
    raise Conflict("This number is being saved by several people at once. Try again.", code="busy")


def _settle(
    actor: Actor,
    found: Identification,
    readings: Sequence[Reading],
    name: Mapping[str, Any],
    origin: Origin,
) -> FoundOrCreated:
    if found.customer is None:
        customer = insert_customer(
            actor=actor, fields={**name, "origin": origin}, readings=readings
        )
        return FoundOrCreated(customer=customer, created=True, identification=found)
    customer = fill_blanks(
        actor=actor, customer=found.customer, name=name, readings=readings, source=origin
    )
    return FoundOrCreated(customer=customer, created=False, identification=found)


def fill_blanks(
    *,
    actor: Actor,
    customer: Customer,
    name: Mapping[str, Any],
    readings: Sequence[Reading],
    source: str,
) -> Customer:
    """Give a known customer what they lack; overwrite nothing. Raises ValueTaken."""
    wants_name = customer.name_is_placeholder and not name["name_is_placeholder"]
    held = list(ContactPoint.objects.filter(customer=customer))
    missing = _missing(readings, held)
    if not wants_name and not missing:
        return customer
    # The person before their contact points, as everywhere (docs/locking.md).
    locked = Customer.objects.live().select_for_update(no_key=True).filter(pk=customer.pk).first()
    if locked is None:
        raise ValueTaken  # merged or deleted since we looked
    if wants_name and locked.name_is_placeholder:
        _replace_placeholder_name(actor, locked, name)
    if missing:
        insert_points(
            actor=actor,
            customer=locked,
            readings=missing,
            kinds_with_primary={point.kind for point in held if point.is_primary},
            source=source,
        )
        _announce_points(actor, locked, missing)
    return locked


def _missing(readings: Sequence[Reading], held: Sequence[ContactPoint]) -> list[Reading]:
    values = {(point.kind, point.value) for point in held}
    has_email = any(point.kind == ContactKind.EMAIL for point in held)
    return [
        reading
        for reading in readings
        if (reading.kind, reading.value) not in values
        # A second e-mail from outside is not a blank; a number that calls in is worth knowing.
        and not (reading.kind == ContactKind.EMAIL and has_email)
    ]


def _replace_placeholder_name(actor: Actor, customer: Customer, name: Mapping[str, Any]) -> None:
    old, new = audit.changed_values(customer, name)
    for field, value in new.items():
        setattr(customer, field, value)
    customer.version += 1
    customer.save(update_fields=[*new, "version", "updated_at"])
    customer.refresh_from_db(fields=["name_sort"])
    audit.record(actor=actor, action="customer.updated", subject=customer, old=old, new=new)
    outbox.publish(
        actor=actor,
        topic="customer.updated",
        payload={"customer_id": customer.pk, "changed": sorted(new)},
    )


def _announce_points(actor: Actor, customer: Customer, readings: Sequence[Reading]) -> None:
    audit.record(
        actor=actor,
        action="customer.contact_added",
        subject=customer,
        new=values_by_kind(readings),
    )
    kinds = {reading.kind for reading in readings}
    topic = "customer.phone_added" if ContactKind.PHONE in kinds else "customer.updated"
    outbox.publish(
        actor=actor,
        topic=topic,
        payload={"customer_id": customer.pk, "changed": sorted(values_by_kind(readings))},
    )
