"""Switchboard's own system checks; `manage.py check` runs them."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db import models

from crm.constraints import SameCompany
from crm.exports.datasets import datasets, left_out
from crm.models.tenant import TenantModel


def tenant_models() -> list[type[TenantModel]]:
    """Every model whose rows belong to a company."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


@register("switchboard")
def references_stay_in_the_company(**_: Any) -> Sequence[CheckMessage]:
    """crm.E001: a foreign key between tenant tables without a `SameCompany` constraint.

    A model whose rows only a trigger writes may name such a field, with the reason, in
    `references_proven_elsewhere`: the reference was checked where the trigger copies it from.
    """
    found: list[CheckMessage] = []
    for model in tenant_models():
        declared = {
            (constraint.field, constraint.to)
            for constraint in model._meta.constraints
            if isinstance(constraint, SameCompany)
        }
        proven = getattr(model, "references_proven_elsewhere", {})
        for field in model._meta.fields:
            target = field.related_model
            if (
                isinstance(field, models.ForeignKey)
                and isinstance(target, type)
                and issubclass(target, TenantModel)
                and (field.name, target._meta.label) not in declared
                and field.name not in proven
            ):
                found.append(
                    Error(
                        f"{model._meta.label}.{field.name} could point into another company.",
                        hint=f"Declare SameCompany(field={field.name!r}, "
                        f"to={target._meta.label!r}, name=…) in Meta.constraints.",
                        obj=model,
                        id="crm.E001",
                    )
                )
    return found


@register("switchboard")
def tables_are_in_the_export(**_: Any) -> Sequence[CheckMessage]:
    """crm.E002: a tenant table that the export of everything neither holds nor leaves out."""
    exported = {dataset.model for dataset in datasets()}
    return [
        Error(
            f"{model._meta.label} is in no export of everything that a company owns.",
            hint="Add a Dataset, or a reason in leave_out, in the app's exported.py.",
            obj=model,
            id="crm.E002",
        )
        for model in tenant_models()
        if model not in exported and model._meta.label not in left_out()
    ]
