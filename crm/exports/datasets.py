"""What a company owns, file by file: every app names its tables here, in `AppConfig.ready()`.

A table is in the export of everything, or has a reason why not; the system check crm.E002 fails
for one that was forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models

CUSTOMER = "customers.Customer"
Lookups = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One kind of row: a CSV and an NDJSON file of this name.

    `without` maps fields that stay out to the reason; `added` are values of related rows, by
    lookup (`user__email`). `of_person` are the lookups by which a row belongs to a customer
    (`subject:customers.customer` where a log names its subjects by type and id); when it is not
    given, they are the foreign keys to customers. `meanings` explain a field where its name and
    help text do not.
    """

    name: str
    model: type[models.Model]
    about: str
    without: Mapping[str, str] = field(default_factory=dict)
    added: Sequence[str] = ()
    of_person: Lookups | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The names of its columns, in order: the key first."""
        own = [
            one.attname
            for one in self.model._meta.concrete_fields
            if one.name not in self.without and one.name != "company"
        ]
        return [*own, *self.added]

    @property
    def person_lookups(self) -> Lookups:
        """By what its rows belong to a customer; none for rows that are about nobody."""
        if self.of_person is not None:
            return self.of_person
        return [
            one.attname
            for one in self.model._meta.concrete_fields
            if isinstance(one, models.ForeignKey) and _label(one) == CUSTOMER
        ]


_datasets: dict[str, Dataset] = {}
_left_out: dict[str, str] = {}


def register(*datasets: Dataset) -> None:
    """Let these be part of exports; called in `AppConfig.ready()`."""
    for dataset in datasets:
        _datasets[dataset.name] = dataset


def leave_out(reasons: Mapping[str, str]) -> None:
    """Tables that no export holds, and why: `{"customers.SearchWord": "Made from names."}`."""
    _left_out.update(reasons)


def datasets() -> list[Dataset]:
    """All of them, in the order in which the apps named them."""
    return list(_datasets.values())


def left_out() -> Mapping[str, str]:
    """The reasons, by label of the model."""
    return _left_out


def _label(key: "models.ForeignKey[models.Model, models.Model]") -> str:
    target = key.related_model
    return target if isinstance(target, str) else target._meta.label
