"""Phones and e-mails of several records become those of one: each value once, one main one a kind.

Where the survivor is the only live holder afterwards, a shared value identifies again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from crm.actors import Actor
from customers.merging.fields import FieldChoice, choice_of
from customers.merging.journal import Journal, write_rows
from customers.merging.relations import relation_of
from customers.merging.returning import ReturningRows
from customers.merging.returning_points import fit_together
from customers.merging.settlers import Nothing, Participants
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from customers.models.merge import MoveKind

RELATION = "customers.ContactPoint.customer"
CHOICES = {ContactKind.PHONE: "primary_phone", ContactKind.EMAIL: "primary_email"}
LABELS = {ContactKind.PHONE: "Main phone", ContactKind.EMAIL: "Main e-mail"}
Value = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Union:
    """The points that stay, and what must change of each: by id, column by column."""

    kept: Sequence[ContactPoint]
    changes: Mapping[UUID, Mapping[str, Any]]


def points_of(customer_ids: Collection[UUID], *, lock: bool = False) -> list[ContactPoint]:
    """The points of these customers, by id."""
    rows = ContactPoint.objects.filter(customer_id__in=customer_ids).order_by("pk")
    return list(rows.select_for_update(no_key=True) if lock else rows)


def primary_choices(
    records: Sequence[Customer], points: Sequence[ContactPoint], choices: Mapping[str, str]
) -> list[FieldChoice]:
    """Whose main phone and e-mail are the survivor's; by default the one verified last."""
    found = []
    for kind, name in CHOICES.items():
        mains = {one.customer_id: one for one in points if one.kind == kind and one.is_primary}
        if not mains:
            continue
        values = {one.pk: mains[one.pk].value if one.pk in mains else "" for one in records}
        default = max(records, key=lambda one: _trust(mains.get(one.pk))).pk
        found.append(
            choice_of(
                name=name, label=LABELS[kind], values=values, default=default, choices=choices
            )
        )
    return found


def _trust(point: ContactPoint | None) -> tuple[bool, bool, float]:
    if point is None:
        return False, False, 0.0
    verified = point.verified_at.timestamp() if point.verified_at else 0.0
    return True, not point.is_invalid, verified


def unite(
    records: Sequence[Customer],
    points: Sequence[ContactPoint],
    *,
    primaries: Sequence[FieldChoice],
    held_by_others: Collection[Value],
) -> Union:
    """Each value once: the survivor's row, else that of the first record which has it."""
    place = {one.pk: number for number, one in enumerate(records)}
    groups: dict[Value, list[ContactPoint]] = {}
    for point in sorted(points, key=lambda one: (place[one.customer_id], one.pk)):
        groups.setdefault((point.kind, point.value), []).append(point)
    mains = _mains(points, primaries)
    changes = {}
    for value, group in groups.items():
        new = _joined(group, is_main=value in mains, is_shared=value in held_by_others)
        differing = {name: what for name, what in new.items() if getattr(group[0], name) != what}
        if differing:
            changes[group[0].pk] = differing
    return Union(kept=[group[0] for group in groups.values()], changes=changes)


def _mains(points: Sequence[ContactPoint], primaries: Sequence[FieldChoice]) -> set[Value]:
    """The main value of each kind."""
    chosen: set[Value] = set()
    for choice in primaries:
        kind = next(kind for kind, name in CHOICES.items() if name == choice.name)
        of_kind = [one for one in points if one.kind == kind and one.is_primary]
        # Somebody without one was chosen: then as if nobody had been.
        best = max(of_kind, key=lambda one: (one.customer_id == choice.chosen, *_trust(one)))
        chosen.add((best.kind, best.value))
    return chosen


def _joined(group: Sequence[ContactPoint], *, is_main: bool, is_shared: bool) -> dict[str, Any]:
    verified = [one.verified_at for one in group if one.verified_at]
    return {
        "is_primary": is_main,
        "is_shared": is_shared and any(one.is_shared for one in group),
        "is_invalid": any(one.is_invalid for one in group),
        "verified_at": max(verified) if verified else None,
        "label": next((one.label for one in group if one.label), ""),
        "extension": next((one.extension for one in group if one.extension), ""),
    }


def values_held_by_others(
    points: Sequence[ContactPoint], *, besides: Collection[UUID]
) -> set[Value]:
    """Of the shared values, those that some other live customer lists."""
    wanted = Q(pk__in=())
    for kind in ContactKind:
        values = {one.value for one in points if one.kind == kind and one.is_shared}
        wanted |= Q(kind=kind, value__in=values)
    rows = ContactPoint.objects.filter(wanted, is_live=True).exclude(customer_id__in=besides)
    return set(rows.values_list("kind", "value"))


class ContactPointSettler(Nothing):
    """Fits the rows together before they move."""

    def before_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """Decide what stays, put the twins aside, change what stays."""
        points = points_of(participants.ids, lock=True)
        union = unite(
            participants.all,
            points,
            primaries=primary_choices(participants.all, points, participants.choices),
            held_by_others=values_held_by_others(points, besides=participants.ids),
        )
        journal.put_aside_twins(relation_of(RELATION), participants=participants.ids)
        kept = {one.pk: one for one in union.kept}
        journal.note(
            relation=RELATION,
            kind=MoveKind.CHANGED,
            rows=[
                (pk, {name: getattr(kept[pk], name) for name in new}, new)
                for pk, new in union.changes.items()
            ],
        )
        # Who ceases to be the main one, or to identify, before others begin.
        rows = [{"id": pk, **new} for pk, new in union.changes.items()]
        ending = [row for row in rows if not row.get("is_primary", True)]
        write_rows(ContactPoint._meta.db_table, ending)
        write_rows(ContactPoint._meta.db_table, [row for row in rows if row not in ending])

    def after_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """What came from merged records is alive with the survivor."""
        moved = ContactPoint.objects.filter(customer=participants.survivor, is_live=False)
        moved.update(is_live=True)

    def returning(self, plan: ReturningRows) -> None:
        """One main one of each kind for everybody, and what several have is shared."""
        fit_together(plan)
