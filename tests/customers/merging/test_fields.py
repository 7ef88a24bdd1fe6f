"""Whose value the survivor takes when nobody says."""

import pytest

from customers.merging.fields import field_choices, values_taken
from customers.models import Customer
from customers.models.customer import LifecycleStage, Origin


def people(**columns: list[object]) -> list[Customer]:
    """Two unsaved records; each column has the survivor's value first."""
    defaults = [
        {"full_name": "Ana", "origin": Origin.API},
        {"full_name": "Ben", "origin": Origin.API},
    ]
    return [
        Customer(**{**defaults[place], **{name: values[place] for name, values in columns.items()}})
        for place in range(2)
    ]


@pytest.mark.parametrize(
    ("field", "columns", "chosen"),
    [
        ("full_name", {}, 0),
        ("full_name", {"name_is_placeholder": [True, False]}, 1),
        ("full_name", {"origin": [Origin.IMPORT, Origin.MANUAL]}, 1),
        ("full_name", {"origin": [Origin.ORDER, Origin.LEAD]}, 1),
        ("full_name", {"origin": [Origin.MANUAL, Origin.WALK_IN]}, 0),
        (
            "full_name",
            {"origin": [Origin.IMPORT, Origin.MANUAL], "name_is_placeholder": [False, True]},
            0,
        ),
        ("address", {"city": ["", "Carlton"]}, 1),
        ("address", {"city": ["Fitzroy", "Carlton"]}, 0),
        ("lifecycle_stage", {"lifecycle_stage": [LifecycleStage.LEAD, LifecycleStage.PROSPECT]}, 0),
        ("lifecycle_stage", {"lifecycle_stage": [LifecycleStage.LEAD, LifecycleStage.CUSTOMER]}, 1),
    ],
)
def test_defaults(field: str, columns: dict[str, list[object]], chosen: int) -> None:
    records = people(**columns)
    choices = {one.name: one for one in field_choices(records, {})}
    assert choices[field].chosen == records[chosen].pk


def test_an_address_is_never_mixed_from_two() -> None:
    records = people(city=["Fitzroy", "Carlton"], postcode=["", "3053"])
    taken = values_taken(records, field_choices(records, {"address": str(records[1].pk)}))
    assert (taken["city"], taken["postcode"]) == ("Carlton", "3053")
    assert "full_name" not in taken
