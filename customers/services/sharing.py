"""Phones and e-mails that several people list: a family's, an office's."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from crm import audit, outbox
from crm.actors import Actor
from customers.models import ContactPoint
from customers.services.contact_entries import Reading


def holders_of(
    readings: Iterable[Reading | ContactPoint], *, besides: UUID | None = None
) -> list[ContactPoint]:
    """The live rows that hold one of the values, phones first, the latest active person first.

    `besides` is the id of a customer who does not count.
    """
    wanted = Q(pk__in=())
    for reading in readings:
        wanted |= Q(kind=reading.kind, value=reading.value)
    rows = ContactPoint.objects.filter(wanted, is_live=True).select_related("customer")
    if besides is not None:
        rows = rows.exclude(customer_id=besides)
    return list(rows.order_by("-kind", "-customer__last_activity_at", "-customer_id"))


def mark_shared(*, actor: Actor, points: Sequence[ContactPoint]) -> None:
    """From now on these rows identify nobody alone; each customer's trail says so."""
    alone = [point for point in points if not point.is_shared]
    if not alone:
        return
    rows = ContactPoint.objects.filter(pk__in=[point.pk for point in alone])
    # An UPDATE locks rows in any order; locked by id first, two of them cannot deadlock.
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rows.update(is_shared=True)
    for point in alone:
        audit.record(
            actor=actor,
            action="customer.contact_shared",
            subject=point.customer,
            old={"is_shared": False},
            new={"is_shared": True, "kind": point.kind, "value": point.value},
        )
    outbox.publish_many(
        actor=actor,
        events=[
            (
                "customer.contact_shared",
                {"customer_id": point.customer_id, "changed": [f"{point.kind}s"]},
            )
            for point in alone
        ],
    )
