"""System check customers.E001: every reference to a customer says what a merge does with it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.checks import CheckMessage, Error, register
from django.db import models

from crm.models.tenant import TenantModel
from customers.models import Customer


@register("switchboard")
def references_say_what_a_merge_does(**_: Any) -> Sequence[CheckMessage]:
    """customers.E001: a field without a policy in `on_merge`, or a policy without a field."""
    found: list[CheckMessage] = []
    for model in apps.get_models(include_auto_created=True):
        declared = set(model.__dict__.get("on_merge", {}))
        needed = set(fields_in_need(model))
        for name in sorted(needed - declared):
            found.append(
                _error(model, f"{name} does not say what a merge of customers does with it.")
            )
        for name in sorted(declared - needed):
            found.append(_error(model, f"{name} needs no policy, or is no field any more."))
    return found


def fields_in_need(model: type[models.Model]) -> Iterator[str]:
    """Names of the fields of a model that refer to customers, or could do so unseen."""
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        names_customers = field.related_model is Customer
        could_hide_one = isinstance(field, models.JSONField) and issubclass(model, TenantModel)
        if names_customers or could_hide_one:
            yield field.name
    for field in model._meta.private_fields:
        if isinstance(field, GenericForeignKey):
            yield field.name


def _error(model: type[models.Model], what: str) -> Error:
    return Error(
        f"{model._meta.label}.{what}",
        hint="Name it in `on_merge` beside the fields, with a policy of crm.merging "
        "(docs/merging.md).",
        obj=model,
        id="customers.E001",
    )
