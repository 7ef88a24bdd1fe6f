"""What a merge would do, before anybody decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.roles import Action
from customers.merging.conflicts import conflicts_of
from customers.merging.consents import newest_answers, strictest
from customers.merging.contact_points import (
    points_of,
    primary_choices,
    unite,
    values_held_by_others,
)
from customers.merging.counting import MoveCount, counts_of, move_counts
from customers.merging.fields import FieldChoice, field_choices, require_known_fields
from customers.merging.participants import live_records, require_number
from customers.merging.settlers import MergeConflict, Participants
from customers.models import ConsentEvent, ContactPoint, Customer, CustomerTag
from customers.models.consent import ConsentChannel
from customers.models.contact_point import ContactKind


@dataclass(frozen=True, kw_only=True)
class MergeRecord:
    """One of the records side by side. `consents` says yes or no by channel."""

    customer: Customer
    version: int
    linked_rows: int
    contact_points: Sequence[ContactPoint]
    tags: Sequence[str]
    consents: Mapping[str, bool]
    last_activity_at: datetime


@dataclass(frozen=True, kw_only=True)
class Union:
    """What the survivor will have of everybody's, in words."""

    name: str
    label: str
    values: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class MergePreview:
    """The whole picture; `moves` counts the rows of those that are taken in."""

    survivor_id: UUID
    records: Sequence[MergeRecord]
    fields: Sequence[FieldChoice]
    unions: Sequence[Union]
    moves: Sequence[MoveCount]
    conflicts: Sequence[MergeConflict]


NOTHING: Mapping[str, str] = {}


def preview_merge(
    *,
    actor: Actor,
    customer_ids: Sequence[UUID],
    survivor_id: UUID | None = None,
    choices: Mapping[str, str] = NOTHING,
    solutions: Mapping[str, str] = NOTHING,
) -> MergePreview:
    """What merging these would do, in a fixed number of queries. Nothing is locked or written.

    The survivor is the record with most linked rows, the oldest of equals, unless one is named.
    Raises Forbidden, NotFound, InvalidInput (`same`, `too_few`, `too_many`, a wrong choice), and
    Conflict for a merged or deleted record.
    """
    actor.require(Action.MERGE_CUSTOMERS)
    require_number(customer_ids)
    require_known_fields(choices)
    records = live_records(customer_ids)
    counts = counts_of(list(records))
    linked = {pk: sum(one.get(pk, 0) for one in counts.values()) for pk in records}
    if survivor_id is None:
        survivor_id = min(records.values(), key=lambda one: (-linked[one.pk], one.created_at)).pk
    if survivor_id not in records:
        raise InvalidInput.field("survivor", "The record that stays must be one of those merged.")
    participants = Participants(
        survivor=records[survivor_id],
        absorbed=[one for pk, one in records.items() if pk != survivor_id],
        choices=choices,
        solutions=solutions,
    )
    points = points_of(list(records))
    answers = newest_answers(list(records))
    primaries = primary_choices(participants.all, points, choices)
    moving = {
        name: {pk: number for pk, number in of.items() if pk != survivor_id}
        for name, of in counts.items()
    }
    tags = _tags(list(records))
    return MergePreview(
        survivor_id=survivor_id,
        records=[_record(one, linked[one.pk], points, tags, answers) for one in records.values()],
        fields=[*field_choices(participants.all, choices), *primaries],
        unions=_unions(participants, points, primaries, tags, answers, counts),
        moves=[one for one in move_counts(moving) if one.total],
        conflicts=conflicts_of(participants),
    )


def _tags(customer_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    rows = CustomerTag.objects.filter(customer_id__in=customer_ids).order_by("tag__name")
    tags: dict[UUID, list[str]] = {}
    for customer_id, name in rows.values_list("customer_id", "tag__name"):
        tags.setdefault(customer_id, []).append(name)
    return tags


def _record(
    customer: Customer,
    linked_rows: int,
    points: Sequence[ContactPoint],
    tags: Mapping[UUID, Sequence[str]],
    answers: Sequence[ConsentEvent],
) -> MergeRecord:
    own = [one for one in points if one.customer_id == customer.pk]
    return MergeRecord(
        customer=customer,
        version=customer.version,
        linked_rows=linked_rows,
        contact_points=sorted(own, key=_main_first),
        tags=tags.get(customer.pk, []),
        consents={one.channel: one.granted for one in answers if one.customer_id == customer.pk},
        last_activity_at=customer.last_activity_at,
    )


def _main_first(point: ContactPoint) -> tuple[bool, bool, datetime]:
    return point.kind != ContactKind.PHONE, not point.is_primary, point.created_at


def _unions(
    participants: Participants,
    points: Sequence[ContactPoint],
    primaries: Sequence[FieldChoice],
    tags: Mapping[UUID, Sequence[str]],
    answers: Sequence[ConsentEvent],
    counts: Mapping[str, Mapping[UUID, int]],
) -> list[Union]:
    union = unite(
        participants.all,
        points,
        primaries=primaries,
        held_by_others=values_held_by_others(points, besides=participants.ids),
    )
    kept = sorted(
        union.kept,
        key=lambda one: not union.changes.get(one.pk, {}).get("is_primary", one.is_primary),
    )
    values = {kind: [one.value for one in kept if one.kind == kind] for kind in ContactKind}
    notes = sum(counts.get("customers.Note.customer", {}).values())
    agreed = sorted(strictest(answers).items())
    return [
        Union(name="phones", label="Phones", values=values[ContactKind.PHONE]),
        Union(name="emails", label="E-mails", values=values[ContactKind.EMAIL]),
        Union(
            name="tags", label="Tags", values=sorted({one for of in tags.values() for one in of})
        ),
        Union(name="notes", label="Notes", values=[f"{notes:,}"] if notes else []),
        Union(
            name="consents",
            label="Marketing",
            values=[
                f"{ConsentChannel(channel).label}: {'yes' if yes else 'no'}"
                for channel, yes in agreed
            ],
        ),
    ]
