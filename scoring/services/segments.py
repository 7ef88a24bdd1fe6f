"""Making and changing segments; who belongs to them is scoring/services/membership.py."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.identifiers.text import clean_text, holds_control_characters
from crm.roles import Action
from scoring.models import Segment
from scoring.segments.rules import as_json, read_rules
from scoring.segments.system import SYSTEM_SEGMENTS

CHANGED = "segment.changed"
DEFAULT_COLOUR = "#64748b"
SLUG_TRIES = 5  # S1.4
MOST_SEGMENTS = 200  # a company; pages list them all
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}){1,2}")
_LENGTHS = {"name": 120, "description": 500}


@transaction.atomic
def create_segment(
    *,
    actor: Actor,
    name: str,
    description: str = "",
    colour: str = DEFAULT_COLOUR,
    rules: Any = None,
) -> Segment:
    """A new segment; with `rules` (docs/segments.md) it fills itself in the background.

    Raises InvalidInput at `name`, `description`, `colour` or `rules`; Conflict where the name is
    taken.
    """
    actor.require(Action.MANAGE_SEGMENTS)
    if Segment.objects.count() >= MOST_SEGMENTS:
        raise Conflict(f"A company has at most {MOST_SEGMENTS} segments. Reuse one out of use.")
    fields = _clean({"name": name, "description": description, "colour": colour, "rules": rules})
    segment = _insert(actor, fields)
    audit.record(actor=actor, action="segment.created", subject=segment, new=fields)
    _evaluate_soon(actor, segment)
    return segment


@transaction.atomic
def edit_segment(*, actor: Actor, segment_id: UUID, changes: Mapping[str, Any]) -> Segment:
    """Change `name`, `description`, `colour` or `rules` (None: by hand only); the slug stays.

    Raises NotFound, InvalidInput as `create_segment`, Conflict where the name is taken.
    """
    actor.require(Action.MANAGE_SEGMENTS)
    unknown = set(changes) - {"name", "description", "colour", "rules"}
    if unknown:
        raise InvalidInput(f"A segment has no {', '.join(sorted(unknown))} to change.")
    segment = _locked(segment_id)
    old, new = audit.changed_values(segment, _clean(changes))
    if not new:
        return segment
    if "name" in new:
        _refuse_taken_name(new["name"], but=segment.pk)
    _save(segment, new)
    audit.record(actor=actor, action="segment.updated", subject=segment, old=old, new=new)
    if "rules" in new:
        _evaluate_soon(actor, segment)
    return segment


@transaction.atomic
def set_segment_active(*, actor: Actor, segment_id: UUID, is_active: bool) -> Segment:
    """Take a segment out of use, or into use again. Its members and its history stay.

    Raises NotFound.
    """
    actor.require(Action.MANAGE_SEGMENTS)
    segment = _locked(segment_id)
    if segment.is_active is is_active:
        return segment
    _save(segment, {"is_active": is_active})
    action = "segment.activated" if is_active else "segment.deactivated"
    audit.record(actor=actor, action=action, subject=segment)
    if is_active:
        _evaluate_soon(actor, segment)
    return segment


@transaction.atomic
def ensure_system_segments(*, actor: Actor) -> int:
    """Make the system segments that the company lacks; returns how many were missing.

    One that was renamed or taken out of use is not made again: the slug stays. Where somebody made
    a segment of the same name, theirs stays.
    """
    actor.require(Action.MANAGE_SEGMENTS)
    there = set(Segment.objects.filter(is_system=True).values_list("slug", flat=True))
    missing = [system for system in SYSTEM_SEGMENTS if system.slug not in there]
    if not missing:
        return 0
    Segment.objects.bulk_create(
        [
            Segment(
                company=actor.company,
                slug=system.slug,
                name=system.name,
                description=system.description,
                colour=system.colour,
                rules=dict(system.rules),
                is_system=True,
            )
            for system in missing
        ],
        ignore_conflicts=True,
    )
    slugs = [system.slug for system in missing]
    made = Segment.objects.filter(is_system=True, slug__in=slugs)
    audit.record_many(
        actor=actor,
        action="segment.created",
        subjects={segment: {"name": segment.name} for segment in made},
    )
    return len(made)


def _insert(actor: Actor, fields: Mapping[str, Any]) -> Segment:
    base = slugify(fields["name"])[:70].strip("-") or "segment"
    for number in range(1, SLUG_TRIES + 1):
        _refuse_taken_name(fields["name"])
        segment = Segment(
            company=actor.company, slug=base if number == 1 else f"{base}-{number}", **fields
        )
        if Segment.objects.filter(slug=segment.slug).exists():
            continue
        try:
            with transaction.atomic():
                segment.save(force_insert=True)
        except IntegrityError:
            continue  # somebody was faster: look again
        return segment
    raise Conflict(
        "There are several segments of nearly this name. Choose another one.",
        fields={"name": "Choose a name that differs more from the others."},
    )


def _save(segment: Segment, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(segment, name, value)
    try:
        with transaction.atomic():
            segment.save(update_fields=[*values, "updated_at"])
    except IntegrityError:
        raise _name_taken() from None


def _locked(segment_id: UUID) -> Segment:
    segment = Segment.objects.select_for_update(no_key=True).filter(pk=segment_id).first()
    if segment is None:
        raise NotFound("There is no such segment.")
    return segment


def _evaluate_soon(actor: Actor, segment: Segment) -> None:
    if segment.rules is not None or segment.evaluated_at is not None:
        outbox.publish(actor=actor, topic=CHANGED, payload={"segment_id": segment.pk})


def _refuse_taken_name(name: str, *, but: UUID | None = None) -> None:
    others = Segment.objects.filter(name__iexact=name)
    if (others.exclude(pk=but) if but else others).exists():
        raise _name_taken()


def _name_taken() -> Conflict:
    message = "There is a segment of this name already."
    return Conflict(message, fields={"name": message})


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are given, checked. Raises InvalidInput with the error of each field."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field, value in values.items():
        try:
            cleaned[field] = _clean_one(field, value)
        except InvalidInput as error:
            errors.update(error.fields)
    if errors:
        raise InvalidInput("The segment cannot be kept like this.", fields=errors)
    return cleaned


def _clean_one(field: str, value: Any) -> Any:
    if field == "rules":
        return None if value is None else as_json(read_rules(value))
    if not isinstance(value, str) or holds_control_characters(value):
        raise InvalidInput.field(field, "This holds characters that can't be kept.")
    text = clean_text(value)
    if field == "colour":
        if not _COLOUR.fullmatch(text.lower()):
            raise InvalidInput.field(field, "A colour is # and 3 or 6 hex digits, such as #3b82f6.")
        return text.lower()
    if len(text) > _LENGTHS[field]:
        raise InvalidInput.field(field, f"This has at most {_LENGTHS[field]} characters.")
    if field == "name" and not text:
        raise InvalidInput.field(field, "Give the segment a name.")
    return text
