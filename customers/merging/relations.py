"""The tables whose rows move in a merge, as their models declare it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models

from crm.merging import Moves

OWN_FIELDS = "customers.Customer"


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One column that refers to a customer, and what a merge does with the rows that hold it."""

    name: str
    model: type[models.Model]
    column: str
    policy: Moves

    @property
    def table(self) -> str:
        """Its table, fit to stand in a statement."""
        return self.model._meta.db_table

    @property
    def keys(self) -> Sequence[str]:
        """The columns that, with the customer, make a row one of a kind; see `Moves`."""
        columns = [column_of(self.model, name) for name in self.policy.once_a_customer]
        return [column for column in columns if column != self.column]

    @property
    def is_once(self) -> bool:
        """Whether two records may hold rows of which only one can stay."""
        return bool(self.policy.once_a_customer)

    @property
    def columns(self) -> Sequence[str]:
        """All columns that can be written."""
        return [
            str(field.column)
            for field in self.model._meta.concrete_fields
            if not isinstance(field, models.GeneratedField)
        ]

    @property
    def tells_when(self) -> bool:
        """Whether a row knows when it was made and last changed."""
        return {"created_at", "updated_at"} <= set(self.columns)


def column_of(model: type[models.Model], field_name: str) -> str:
    """The column of a field of the model's own."""
    field = model._meta.get_field(field_name)
    assert isinstance(field, models.Field)
    return str(field.column)


@cache
def relations() -> Sequence[Relation]:
    """Every column whose rows move, in the order in which rows are locked (docs/locking.md)."""
    found = sorted(_moving(), key=lambda one: (one.policy.step, one.name))
    return tuple(found)


@cache
def relation_of(name: str) -> Relation:
    """The relation of this name. Raises KeyError."""
    return {one.name: one for one in relations()}[name]


def _moving() -> Iterator[Relation]:
    for model in apps.get_models():
        for field_name, policy in model.__dict__.get("on_merge", {}).items():
            if isinstance(policy, Moves):
                column = column_of(model, field_name)
                name = f"{model._meta.label}.{field_name}"
                yield Relation(name=name, model=model, column=column, policy=policy)
