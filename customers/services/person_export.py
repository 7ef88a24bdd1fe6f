"""Everything that is held about one person, for the person: they have a right to it."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.errors import NotFound
from crm.exports.archive import Archive
from crm.exports.dataset_rows import Row, pieces_of
from crm.exports.datasets import Dataset, datasets
from crm.roles import Action
from customers.models import Customer

MOST_ROUNDS = 50  # merges of merges of merges


@transaction.atomic
def export_person(*, actor: Actor, customer_id: UUID) -> tuple[Customer, Iterator[bytes]]:
    """The customer, and the parts of a zip of all rows about them and the records merged into them.

    A merged record stands for its survivor. The export is audited now; its rows are read while the
    parts are taken, in transactions of their own. Raises NotFound.
    """
    actor.require(Action.EXPORT_PERSON)
    customer = _survivor(customer_id)
    ids = [customer.pk, *_merged_into(customer.pk)]
    audit.record(
        actor=actor, action="customer.exported", subject=customer, new={"records": len(ids)}
    )

    def rows(dataset: Dataset) -> Iterator[list[Row]]:
        return pieces_of(dataset, company_id=actor.company.pk, customer_ids=ids)

    archive = Archive(
        title=f"What {actor.company.name} holds about customer {customer.code}",
        datasets=[dataset for dataset in datasets() if dataset.person_lookups],
        rows=rows,
        skip_empty=True,
    )
    return customer, archive.parts()


def _survivor(customer_id: UUID) -> Customer:
    for _ in range(MOST_ROUNDS):
        customer = Customer.objects.filter(pk=customer_id).first()
        if customer is None:
            break
        if customer.merged_into_id is None:
            return customer
        customer_id = customer.merged_into_id
    raise NotFound


def _merged_into(survivor_id: UUID) -> list[UUID]:
    found: list[UUID] = []
    newest = [survivor_id]
    for _ in range(MOST_ROUNDS):
        rows = Customer.objects.filter(merged_into_id__in=newest).order_by("pk")
        newest = list(rows.values_list("pk", flat=True))
        if not newest:
            break
        found += newest
    return found
