"""Phones and e-mails of a customer: adding, choosing the main one, marking, removing."""

from uuid import UUID

from django.db import IntegrityError, transaction

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, DuplicateFound, InvalidInput, NotFound
from crm.roles import Action
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from customers.services.contact_entries import Reading, read_email, read_phone, regions_of
from customers.services.live_customer import require_live_customer
from customers.services.new_customer import ValueTaken, insert_points, values_by_kind
from customers.services.sharing import holders_of, mark_shared

ATTEMPTS = 5


@transaction.atomic
def add_contact_point(
    *,
    actor: Actor,
    customer_id: UUID,
    kind: str,
    text: str,
    label: str = "",
    share: bool = False,
) -> ContactPoint:
    """One more phone or e-mail; the first of its kind becomes primary.

    Raises InvalidInput at `phone` or `email`, and DuplicateFound (`customer_id`, `field`) when
    another live customer has it. With `share` it is then marked shared at all of them.
    """
    actor.require(Action.EDIT_CUSTOMER)
    reading = _read(actor, kind, text, label)
    customer = require_live_customer(customer_id, lock=True)
    held = list(ContactPoint.objects.filter(customer=customer))
    if (reading.kind, reading.value) in {(point.kind, point.value) for point in held}:
        raise InvalidInput.field(reading.field, "This customer has it already.", code="known")
    primaries = {point.kind for point in held if point.is_primary}
    for _ in range(ATTEMPTS):
        others = holders_of([reading])
        if others and not share:
            raise _duplicate(reading, others)
        try:
            with transaction.atomic():
                point = _insert(actor, customer, reading, primaries, others)
        except ValueTaken:
            continue
        return point
    raise Conflict("This number is being saved by several people at once. Try again.", code="busy")


@transaction.atomic
def remove_contact_point(*, actor: Actor, contact_point_id: UUID) -> None:
    """Take it off the customer; the oldest remaining one of its kind becomes primary.

    The trail keeps what it was. Raises NotFound, and Conflict for a merged or deleted customer.
    """
    point = _take(actor, contact_point_id)
    rest = ContactPoint.objects.filter(customer=point.customer).exclude(pk=point.pk)
    point_id = point.pk
    point.delete()
    if point.is_primary:
        heir = rest.filter(kind=point.kind).order_by("is_invalid", "created_at", "id").first()
        if heir is not None:
            ContactPoint.objects.filter(pk=heir.pk).update(is_primary=True)
    point.pk = point_id
    _record(actor, "customer.contact_removed", point, old=_facts(point), new=None)


@transaction.atomic
def make_primary(*, actor: Actor, contact_point_id: UUID) -> ContactPoint:
    """From now on this is the main one of its kind. Raises NotFound."""
    point = _take(actor, contact_point_id)
    if point.is_primary:
        return point
    same_kind = ContactPoint.objects.filter(customer=point.customer, kind=point.kind)
    former = same_kind.filter(is_primary=True).first()
    same_kind.filter(is_primary=True).update(is_primary=False)
    same_kind.filter(pk=point.pk).update(is_primary=True)
    point.is_primary = True
    _record(
        actor,
        "customer.primary_changed",
        point,
        old={"kind": point.kind, "value": former.value if former else None},
        new={"kind": point.kind, "value": point.value},
    )
    return point


@transaction.atomic
def mark_invalid(*, actor: Actor, contact_point_id: UUID, is_invalid: bool = True) -> ContactPoint:
    """It does not reach anybody any more (or does again). It still tells who the person is."""
    point = _take(actor, contact_point_id)
    if point.is_invalid == is_invalid:
        return point
    ContactPoint.objects.filter(pk=point.pk).update(is_invalid=is_invalid)
    point.is_invalid = is_invalid
    _record(
        actor,
        "customer.contact_marked",
        point,
        old={"is_invalid": not is_invalid},
        new={"is_invalid": is_invalid, "kind": point.kind, "value": point.value},
    )
    return point


@transaction.atomic
def stop_sharing(*, actor: Actor, contact_point_id: UUID) -> ContactPoint:
    """The value is this person's alone, so it identifies them again.

    Raises NotFound, and DuplicateFound while another live customer lists it.
    """
    point = _take(actor, contact_point_id)
    if not point.is_shared:
        return point
    try:
        with transaction.atomic():
            others = holders_of([point], besides=point.customer_id)
            if others:
                raise _duplicate(point, others)
            ContactPoint.objects.filter(pk=point.pk).update(is_shared=False)
    except IntegrityError:
        raise _duplicate(point, holders_of([point], besides=point.customer_id)) from None
    point.is_shared = False
    _record(
        actor,
        "customer.contact_unshared",
        point,
        old={"is_shared": True},
        new={"is_shared": False, "kind": point.kind, "value": point.value},
    )
    return point


def _read(actor: Actor, kind: str, text: str, label: str) -> Reading:
    if kind == ContactKind.PHONE:
        return read_phone(text, regions=regions_of(actor), label=label)
    if kind == ContactKind.EMAIL:
        return read_email(text, label=label)
    raise InvalidInput.field("kind", "Choose phone or e-mail.")


def _insert(
    actor: Actor,
    customer: Customer,
    reading: Reading,
    primaries: set[str],
    others: list[ContactPoint],
) -> ContactPoint:
    mark_shared(actor=actor, points=others)
    key = (reading.kind, reading.value)
    (point,) = insert_points(
        actor=actor,
        customer=customer,
        readings=[reading],
        kinds_with_primary=primaries,
        source=actor.door,
        shared=frozenset([key] if others else []),
    )
    audit.record(
        actor=actor,
        action="customer.contact_added",
        subject=customer,
        new=values_by_kind([reading]),
    )
    topic = "customer.phone_added" if reading.kind == ContactKind.PHONE else "customer.updated"
    outbox.publish(
        actor=actor,
        topic=topic,
        payload={"customer_id": customer.pk, "changed": [f"{reading.kind}s"]},
    )
    return point


def _take(actor: Actor, contact_point_id: UUID) -> ContactPoint:
    """The contact point, its live customer locked. Raises NotFound and Conflict."""
    actor.require(Action.EDIT_CUSTOMER)
    points = ContactPoint.objects.filter(pk=contact_point_id)
    customer_id = points.values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise NotFound
    require_live_customer(customer_id, lock=True)
    point = points.select_related("customer").first()
    if point is None:
        raise NotFound
    return point


def _facts(point: ContactPoint) -> dict[str, object]:
    names = ("kind", "value", "as_typed", "label", "is_primary", "is_shared", "is_invalid")
    return {name: getattr(point, name) for name in names}


def _record(
    actor: Actor,
    action: str,
    point: ContactPoint,
    *,
    old: dict[str, object] | None,
    new: dict[str, object] | None,
) -> None:
    audit.record(actor=actor, action=action, subject=point.customer, old=old, new=new)
    outbox.publish(
        actor=actor,
        topic="customer.updated",
        payload={"customer_id": point.customer_id, "changed": [f"{point.kind}s"]},
    )


def _duplicate(reading: Reading | ContactPoint, others: list[ContactPoint]) -> DuplicateFound:
    is_phone = reading.kind == ContactKind.PHONE
    field = "phone" if is_phone else "email"
    message = f"Another customer already has this {'phone' if is_phone else 'e-mail'}."
    ids = list(dict.fromkeys(point.customer_id for point in others))
    return DuplicateFound(
        message,
        fields={field: message},
        details={
            "customer_id": ids[0] if ids else None,
            "field": field,
            "customer_ids": ids,
        },
    )
