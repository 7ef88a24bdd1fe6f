"""Hundreds of customers from another system, in a handful of statements; each stands for itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, CrmError, InvalidInput
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
from customers.services.create import NO_CONTACT, duplicate_of
from customers.services.customer_fields import clean_fields
from customers.services.new_customer import (
    ValueTaken,
    next_codes,
    points_of,
    values_by_kind,
    write_points,
)

ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody to add: as in `create_customer`."""

    full_name: str
    phones: Sequence[PhoneEntry] = ()
    emails: Sequence[EmailEntry] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Planned:
    customer: Customer
    fields: Mapping[str, Any]
    readings: Sequence[Reading]
    points: Sequence[ContactPoint]


@transaction.atomic
def create_customers(
    *, actor: Actor, newcomers: Sequence[Newcomer], origin: Origin = Origin.API
) -> list[Customer | CrmError]:
    """For each newcomer the customer, or why there is none; fifteen statements, however many.

    An InvalidInput or DuplicateFound is the answer to that newcomer alone, as `create_customer`
    would raise it. Of newcomers with the same phone or e-mail the first is added. Whether somebody
    looks like one who is here is not asked: the scan for duplicates finds them. Raises Forbidden,
    and Conflict `busy` when others keep taking the same numbers.
    """
    actor.require(Action.CREATE_CUSTOMER)
    regions = regions_of(actor)
    read = [_read(newcomer, regions) for newcomer in newcomers]
    for _ in range(ATTEMPTS):
        results = list(_plan(actor, read, origin))
        planned = [one for one in results if isinstance(one, _Planned)]
        try:
            with transaction.atomic():
                _write(actor, planned)
        except ValueTaken:
            continue
        return [one.customer if isinstance(one, _Planned) else one for one in results]
    raise Conflict("These numbers are being saved by others at once. Try again.", code="busy")


_Read = tuple[Mapping[str, Any], Sequence[Reading]]


def _read(newcomer: Newcomer, regions: Sequence[str]) -> _Read | InvalidInput:
    errors: dict[str, str] = {}
    fields: Mapping[str, Any] = {}
    readings: Sequence[Reading] = ()
    try:
        fields = clean_fields({"full_name": newcomer.full_name, **newcomer.attributes})
    except InvalidInput as error:
        errors.update(error.fields)
    try:
        readings = read_entries(newcomer.phones, newcomer.emails, regions=regions)
        if not readings:
            errors["phone"] = NO_CONTACT
    except InvalidInput as error:
        errors.update(error.fields)
    if errors:
        return InvalidInput(next(iter(errors.values())), fields=errors)
    return fields, readings


def _plan(
    actor: Actor, read: Sequence[_Read | InvalidInput], origin: Origin
) -> Iterator[_Planned | CrmError]:
    holders: dict[tuple[str, str], list[ContactPoint]] = {}
    everything = [reading for one in read if not isinstance(one, CrmError) for reading in one[1]]
    for point in _holders(everything):
        holders.setdefault((point.kind, point.value), []).append(point)
    for one in read:
        if isinstance(one, CrmError):
            yield one
            continue
        fields, readings = one
        held = [point for reading in readings for point in holders.get(_key(reading), ())]
        if held:
            yield duplicate_of(held, readings)
            continue
        customer = Customer(company=actor.company, origin=origin, **fields)
        points = points_of(actor=actor, customer=customer, readings=readings, source=origin)
        for point in points:
            holders[point.kind, point.value] = [point]
        yield _Planned(customer, {**fields, "origin": origin}, readings, points)


def _holders(readings: Sequence[Reading]) -> list[ContactPoint]:
    wanted = Q(pk__in=())
    for kind in ContactKind:
        values = {reading.value for reading in readings if reading.kind == kind}
        wanted |= Q(kind=kind, value__in=values)
    return list(ContactPoint.objects.filter(wanted, is_live=True).order_by("customer_id"))


def _key(reading: Reading) -> tuple[str, str]:
    return reading.kind, reading.value


def _write(actor: Actor, planned: Sequence[_Planned]) -> None:
    if not planned:
        return
    for one, code in zip(planned, next_codes(len(planned)), strict=True):
        one.customer.code = code
    Customer.objects.bulk_create([one.customer for one in planned])
    write_points([point for one in planned for point in one.points])
    audit.record_many(
        actor=actor,
        action="customer.created",
        subjects={
            one.customer: {
                **one.fields,
                "code": one.customer.code,
                **values_by_kind(one.readings),
            }
            for one in planned
        },
    )
    outbox.publish_many(
        actor=actor,
        events=[("customer.created", {"customer_id": one.customer.pk}) for one in planned],
    )
