"""A customer typed in by staff."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from crm.actors import Actor
from crm.errors import Conflict, DuplicateFound, InvalidInput
from crm.models import Branch
from crm.roles import Action
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from customers.models.customer import Origin
from customers.services.contact_entries import (
    EmailEntry,
    PhoneEntry,
    Reading,
    read_entries,
    regions_of,
)
from customers.services.customer_fields import clean_fields
from customers.services.new_customer import ValueTaken, insert_customer
from customers.services.newcomer_check import refuse_if_here
from customers.services.sharing import holders_of, mark_shared

ATTEMPTS = 5
NO_CONTACT = "Give a phone or an e-mail, so that the person can be found again."


@transaction.atomic
def create_customer(
    *,
    actor: Actor,
    full_name: str,
    phones: Sequence[PhoneEntry] = (),
    emails: Sequence[EmailEntry] = (),
    branch: Branch | None = None,
    origin: Origin = Origin.MANUAL,
    share_numbers: bool = False,
    unless_alike: bool = False,
    **attributes: Any,
) -> Customer:
    """A new customer; the first phone and the first e-mail are primary.

    `attributes` are further editable fields (customers/services/customer_fields.py). National
    numbers are read for the branch's country, then the company's.

    Raises InvalidInput with a message for each field, and DuplicateFound (`customer_id`, `field`)
    when a live customer has one of the phones or e-mails. With `share_numbers` the value is then
    marked shared at all of them, and identifies nobody alone. With `unless_alike` raises MaybeHere
    when somebody is likely this person already.
    """
    actor.require(Action.CREATE_CUSTOMER)
    fields, readings = _read(actor, full_name, phones, emails, branch, attributes)
    for _ in range(ATTEMPTS):
        holders = holders_of(readings)
        if holders and not share_numbers:
            raise duplicate_of(holders, readings)
        if unless_alike:
            refuse_if_here(actor=actor, fields=fields, readings=readings)
        try:
            with transaction.atomic():
                mark_shared(actor=actor, points=holders)
                return insert_customer(
                    actor=actor,
                    fields={**fields, "origin": origin},
                    readings=readings,
                    shared=frozenset((point.kind, point.value) for point in holders),
                )
        except ValueTaken:
            continue
    raise Conflict("This number is being saved by several people at once. Try again.", code="busy")


def _read(
    actor: Actor,
    full_name: str,
    phones: Sequence[PhoneEntry],
    emails: Sequence[EmailEntry],
    branch: Branch | None,
    attributes: dict[str, Any],
) -> tuple[dict[str, Any], list[Reading]]:
    """Everything typed, checked together, so that a form can show all its errors at once."""
    errors: dict[str, str] = {}
    fields: dict[str, Any] = {}
    readings: list[Reading] = []
    try:
        fields = clean_fields({"full_name": full_name, **attributes})
    except InvalidInput as error:
        errors.update(error.fields)
    try:
        readings = read_entries(phones, emails, regions=regions_of(actor, branch))
        if not readings:
            errors["phone"] = NO_CONTACT
    except InvalidInput as error:
        errors.update(error.fields)
    if errors:
        raise InvalidInput(next(iter(errors.values())), fields=errors)
    return fields, readings


def duplicate_of(holders: Sequence[ContactPoint], readings: Sequence[Reading]) -> DuplicateFound:
    """The refusal that names who has the phones or e-mails already."""
    first = holders[0]
    field = next(
        reading.field
        for reading in readings
        if (reading.kind, reading.value) == (first.kind, first.value)
    )
    what = "phone" if first.kind == ContactKind.PHONE else "e-mail"
    message = f"Another customer already has this {what}."
    return DuplicateFound(
        message,
        fields={field: message},
        details={
            "customer_id": first.customer_id,
            "field": field,
            "customer_ids": list(dict.fromkeys(point.customer_id for point in holders)),
        },
    )
