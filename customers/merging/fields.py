"""The survivor's own fields: whose value is taken, by default and by choice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from crm.errors import InvalidInput
from customers.models import Customer
from customers.models.customer import LifecycleStage, Origin, PreferredContact

TYPED_BY_STAFF = (Origin.MANUAL, Origin.WALK_IN)
BROUGHT_BY_FILES = (Origin.IMPORT, Origin.BACKFILL, Origin.ORDER)
_HOW_FAR = {LifecycleStage.PROSPECT: 0, LifecycleStage.LEAD: 1}


@dataclass(frozen=True, kw_only=True)
class FieldChoice:
    """One field of the survivor: what each record says, as shown, and whose value is taken."""

    name: str
    label: str
    values: Mapping[UUID, str]
    differs: bool
    chosen: UUID


@dataclass(frozen=True, kw_only=True)
class Field:
    """Columns that are taken together, so that no address is mixed from two."""

    name: str
    label: str
    columns: Sequence[str]
    shown: Callable[[Customer], str]


def _address(customer: Customer) -> str:
    parts = (customer.address_line, customer.city, customer.postcode, customer.country)
    return ", ".join(part for part in parts if part)


FIELDS = (
    Field(
        name="full_name",
        label="Name",
        columns=("full_name", "given_name", "family_name", "name_is_placeholder"),
        shown=lambda one: one.full_name,
    ),
    Field(
        name="address",
        label="Address",
        columns=("address_line", "city", "postcode", "country"),
        shown=_address,
    ),
    Field(
        name="birthday",
        label="Birthday",
        columns=("birthday",),
        shown=lambda one: one.birthday.isoformat() if one.birthday else "",
    ),
    Field(name="language", label="Language", columns=("language",), shown=lambda one: one.language),
    Field(
        name="preferred_contact",
        label="Preferred contact",
        columns=("preferred_contact",),
        shown=lambda one: (
            str(PreferredContact(one.preferred_contact).label) if one.preferred_contact else ""
        ),
    ),
    Field(
        name="lifecycle_stage",
        label="Stage",
        columns=("lifecycle_stage", "stage_changed_at"),
        shown=lambda one: str(LifecycleStage(one.lifecycle_stage).label),
    ),
)


CHOOSABLE = {*(field.name for field in FIELDS), "primary_phone", "primary_email"}


def require_known_fields(choices: Mapping[str, str]) -> None:
    """Raises InvalidInput for a choice of a field that nobody chooses."""
    for name in choices:
        if name not in CHOOSABLE:
            raise InvalidInput.field(name, "This field cannot be chosen.", code="unknown_field")


def field_choices(records: Sequence[Customer], choices: Mapping[str, str]) -> list[FieldChoice]:
    """What each record says and whose value the survivor takes; `records` has the survivor first.

    Without a choice a blank loses, as a made-up name does; what staff typed beats what a file
    brought; else the survivor's own value stays. Of stages the furthest is taken. Raises
    InvalidInput for a choice of a record that takes no part.
    """
    return [
        choice_of(
            name=field.name,
            label=field.label,
            values={one.pk: field.shown(one) for one in records},
            default=_default(field, records),
            choices=choices,
        )
        for field in FIELDS
    ]


def choice_of(
    *, name: str, label: str, values: Mapping[UUID, str], default: UUID, choices: Mapping[str, str]
) -> FieldChoice:
    """The choice of one field. Raises InvalidInput when a record was chosen that has no part."""
    chosen = default
    if name in choices:
        by_text = {str(pk): pk for pk in values}
        if choices[name] not in by_text:
            raise InvalidInput.field(name, f"{label}: choose one of the records on the page.")
        chosen = by_text[choices[name]]
    return FieldChoice(
        name=name,
        label=label,
        values=values,
        differs=len(set(values.values())) > 1,
        chosen=chosen,
    )


def _default(field: Field, records: Sequence[Customer]) -> UUID:
    # `max` takes the first of equals, and the survivor stands first.
    if field.name == "lifecycle_stage":
        return max(records, key=_stage_rank).pk
    return max(records, key=lambda one: _rank(field, one)).pk


def _rank(field: Field, customer: Customer) -> tuple[bool, int]:
    is_blank = not field.shown(customer)
    is_made_up = field.name == "full_name" and customer.name_is_placeholder
    by_whom = 1
    if customer.origin in TYPED_BY_STAFF:
        by_whom = 2
    elif customer.origin in BROUGHT_BY_FILES:
        by_whom = 0
    return not (is_blank or is_made_up), by_whom


def _stage_rank(customer: Customer) -> tuple[int, float]:
    far = _HOW_FAR.get(LifecycleStage(customer.lifecycle_stage), 2)
    # Customer or churned: the later word counts. Nearer stages say nothing by their dates.
    return far, customer.stage_changed_at.timestamp() if far == 2 else 0.0


def values_taken(records: Sequence[Customer], choices: Sequence[FieldChoice]) -> dict[str, Any]:
    """The columns that the survivor (the first record) must change, with their new values."""
    survivor = records[0]
    by_id = {one.pk: one for one in records}
    columns = {field.name: field.columns for field in FIELDS}
    values: dict[str, Any] = {
        "last_activity_at": max(one.last_activity_at for one in records),
    }
    for choice in choices:
        giver = by_id[choice.chosen]
        values.update({name: getattr(giver, name) for name in columns.get(choice.name, ())})
    return {name: value for name, value in values.items() if value != getattr(survivor, name)}
