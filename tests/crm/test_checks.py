"""The system check of references: none leaves its company, and exemptions are written down."""

import pytest
from django.apps import apps

from crm.checks import references_stay_in_the_company, tenant_models
from crm.constraints import SameCompany
from customers.models.match_record import MatchRecord
from scoring.models import Engagement, ScoreChange


def test_every_reference_is_constrained_or_explained() -> None:
    assert references_stay_in_the_company() == []


def test_a_reference_without_constraint_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ScoreChange, "references_proven_elsewhere")
    (error,) = references_stay_in_the_company()
    assert (error.id, error.obj) == ("crm.E001", ScoreChange)


def test_only_copies_are_exempt_and_their_source_is_not() -> None:
    exempt = {model for model in tenant_models() if hasattr(model, "references_proven_elsewhere")}
    assert exempt == {ScoreChange, MatchRecord}  # the latter of customers themselves
    constrained = {
        (constraint.field, apps.get_model(constraint.to))
        for constraint in Engagement._meta.constraints
        if isinstance(constraint, SameCompany)
    }
    field = Engagement._meta.get_field("customer")
    assert (field.name, field.related_model) in constrained
