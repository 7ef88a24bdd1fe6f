"""System check customers.E001, and what the policies promise."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test.utils import isolate_apps

from crm.merging import Moves, NoReference, Policy
from crm.models.tenant import TenantModel
from customers.merging import checks
from customers.merging.relations import relations
from customers.merging.settlers import settler_of


@contextmanager
def only(monkeypatch: pytest.MonkeyPatch, model: type[models.Model]) -> Iterator[None]:
    """The check sees this one model."""
    with monkeypatch.context() as patched:
        patched.setattr(checks.apps, "get_models", lambda **_: [model])
        yield


def errors(monkeypatch: pytest.MonkeyPatch, model: type[models.Model]) -> list[str]:
    with only(monkeypatch, model):
        return [one.msg.split(" ")[0] for one in checks.references_say_what_a_merge_does()]


@isolate_apps("customers")
def test_fields_without_a_policy_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Visit(TenantModel):
        on_merge: ClassVar[dict[str, Policy]] = {
            "data": NoReference(why="x"),
            "gone": NoReference(why="x"),
        }
        customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT)
        guests = models.ManyToManyField("customers.Customer", related_name="+")
        data = models.JSONField()
        more = models.JSONField()
        content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
        object_id = models.UUIDField()
        about = GenericForeignKey()

        class Meta:
            app_label = "customers"

    Visit._meta.get_field("customer").related_model = apps.get_model("customers.Customer")
    Visit._meta.get_field("guests").related_model = apps.get_model("customers.Customer")
    names = [one.removeprefix("customers.Visit.") for one in errors(monkeypatch, Visit)]
    assert names == ["about", "customer", "guests", "more", "gone"]


def test_all_our_models_say_it() -> None:
    assert checks.references_say_what_a_merge_does() == []


def test_policies_name_what_there_is() -> None:
    """Settlers are registered, columns are there, and the column is the one that triggers know."""
    for relation in relations():
        settler_of(relation.policy.settled_by)
        assert relation.column == "customer_id"
        assert set(relation.keys) <= set(relation.columns)
        assert {column for _, column in relation.policy.known_by} <= set(relation.columns)
        assert isinstance(relation.policy, Moves)
