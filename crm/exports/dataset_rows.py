"""The rows of a table, piece by piece: memory does not grow with their number."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from crm.exports.datasets import Dataset
from crm.tenancy import use_company

PIECE = 2000  # rows
Row = tuple[Any, ...]


def count_rows(dataset: Dataset) -> int:
    """How many rows the company in use has of it."""
    return dataset.model._default_manager.count()


def pieces_of(
    dataset: Dataset, *, company_id: int, customer_ids: Sequence[UUID] | None = None
) -> Iterator[list[Row]]:
    """Its rows by key, each piece read in a transaction of its own; those of a person if given.

    Call it outside of a transaction of another company. A row that is written meanwhile may be in
    or not; none comes twice.
    """
    rows: models.QuerySet[Any] = dataset.model._default_manager.order_by("pk")
    if customer_ids is not None:
        rows = rows.filter(_of_person(dataset, customer_ids))
    key = dataset.model._meta.pk.attname
    last = None
    while True:
        with use_company(company_id):
            after = rows if last is None else rows.filter(pk__gt=last)
            piece = list(after.values_list(key, *dataset.columns)[:PIECE])
        if piece:
            last = piece[-1][0]
            yield [row[1:] for row in piece]
        if len(piece) < PIECE:
            return


def _of_person(dataset: Dataset, customer_ids: Sequence[UUID]) -> Q:
    wanted = Q(pk__in=())
    for lookup in dataset.person_lookups:
        path, _, kind = lookup.partition(":")
        if kind:  # a log that names its subject by kind and text
            texts = [str(one) for one in customer_ids]
            wanted |= Q(**{f"{path}_type": kind, f"{path}_id__in": texts})
        else:
            wanted |= Q(**{f"{path}__in": customer_ids})
    return wanted
