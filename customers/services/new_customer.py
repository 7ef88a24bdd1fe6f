"""The writes that bring a customer into being; `create` and `find_or_create` decide, these do."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from crm import audit, outbox
from crm.actors import Actor
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from customers.services.contact_entries import Reading


class ValueTaken(Exception):
    """Another transaction gave the phone or e-mail to somebody between our look and our write.

    Never leaves the services: the caller rolls back to its savepoint and looks again.
    """


def next_codes(how_many: int) -> list[str]:
    """The next customer codes of the current company, such as CUS-000123."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT next_customer_codes(%s)", [how_many])
        return [row[0] for row in cursor.fetchall()]


def insert_customer(
    *,
    actor: Actor,
    fields: Mapping[str, Any],
    readings: Sequence[Reading],
    shared: frozenset[tuple[str, str]] = frozenset(),
) -> Customer:
    """A new customer with its contact points, audited and announced.

    `shared` names the (kind, value) pairs that others list too. Raises ValueTaken; call it inside
    a savepoint.
    """
    customer = Customer.objects.create(company=actor.company, code=next_codes(1)[0], **fields)
    insert_points(
        actor=actor,
        customer=customer,
        readings=readings,
        kinds_with_primary=set(),
        source=customer.origin,
        shared=shared,
    )
    audit.record(
        actor=actor,
        action="customer.created",
        subject=customer,
        new={**fields, "code": customer.code, **values_by_kind(readings)},
    )
    outbox.publish(actor=actor, topic="customer.created", payload={"customer_id": customer.pk})
    return customer


def insert_points(
    *,
    actor: Actor,
    customer: Customer,
    readings: Sequence[Reading],
    kinds_with_primary: set[str],
    source: str,
    shared: frozenset[tuple[str, str]] = frozenset(),
) -> list[ContactPoint]:
    """Contact points for a customer; the first of a kind that has no primary becomes it.

    Raises ValueTaken when a row found its place taken (`write_points`).
    """
    points = points_of(
        actor=actor,
        customer=customer,
        readings=readings,
        kinds_with_primary=kinds_with_primary,
        source=source,
        shared=shared,
    )
    write_points(points)
    return points


def points_of(
    *,
    actor: Actor,
    customer: Customer,
    readings: Sequence[Reading],
    source: str,
    kinds_with_primary: Collection[str] = (),
    shared: frozenset[tuple[str, str]] = frozenset(),
) -> list[ContactPoint]:
    """The rows of `insert_points`, not written yet."""
    with_primary = set(kinds_with_primary)
    points = []
    for reading in readings:
        points.append(
            ContactPoint(
                company=actor.company,
                customer=customer,
                kind=reading.kind,
                value=reading.value,
                as_typed=reading.as_typed,
                extension=reading.extension,
                label=reading.label,
                source=source,
                is_primary=reading.kind not in with_primary,
                is_shared=(reading.kind, reading.value) in shared,
            )
        )
        with_primary.add(reading.kind)
    return points


def write_points(points: Sequence[ContactPoint]) -> None:
    """Insert contact points; raises ValueTaken when somebody else came by one of the values.

    The unique keys decide, through ON CONFLICT: a violation raised as an error would put the
    number into the database's log. Rows go in sorted order, so that two writers of the same
    values wait for each other instead of deadlocking.

    The key knows unshared rows only. Where somebody took the value after our look and a third
    marked it shared, ours would be let in and claim to identify alone; so we look once more.
    """
    ContactPoint.objects.bulk_create(
        sorted(points, key=lambda point: (point.kind, point.value)), ignore_conflicts=True
    )
    ours = {point.pk for point in points}
    alone = {(point.kind, point.value) for point in points if not point.is_shared}
    rows = ContactPoint.objects.filter(
        Q(pk__in=ours)
        | Q(is_live=True, kind__in=ContactKind.values, value__in={value for _, value in alone})
    ).values_list("pk", "kind", "value")
    held = {pk: (kind, value) for pk, kind, value in rows}
    if not ours <= held.keys() or any(held[pk] in alone for pk in held.keys() - ours):
        raise ValueTaken


def values_by_kind(readings: Sequence[Reading]) -> dict[str, list[str]]:
    """What the audit trail keeps of contact points."""
    phones = [reading.value for reading in readings if reading.kind == ContactKind.PHONE]
    emails = [reading.value for reading in readings if reading.kind == ContactKind.EMAIL]
    return {name: values for name, values in (("phones", phones), ("emails", emails)) if values}
