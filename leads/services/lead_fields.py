"""The fields of a lead that people and systems fill: what they may hold."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.identifiers.text import clean_text, holds_control_characters

LENGTHS = {
    "full_name": 200,
    "interest": 200,
    "variant": 200,
    "location": 200,
    "remarks": 1000,
    "reason": 500,
    "external_id": 200,
}
OF_SEVERAL_LINES = frozenset({"remarks"})
# A form is filled and sent within this time: “now” typed a moment ago is not the past.
GRACE = timedelta(minutes=1)
LATEST_FOLLOW_UP = timedelta(days=5 * 366)


def clean_fields(values: Mapping[str, str]) -> dict[str, str]:
    """Every given text, fit to store. Raises InvalidInput with all messages at once."""
    cleaned: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field, value in values.items():
        text = str(value or "")
        cleaned[field] = clean_text(text, keep_lines=field in OF_SEVERAL_LINES).strip()
        if holds_control_characters(text):
            errors[field] = "This holds characters that can't be kept. Type it again by hand."
        elif len(cleaned[field]) > LENGTHS[field]:
            errors[field] = f"This has at most {LENGTHS[field]} characters."
    if errors:
        raise InvalidInput(next(iter(errors.values())), fields=errors)
    return cleaned


def clean_follow_up(actor: Actor, value: datetime | None) -> datetime | None:
    """When to be in touch again: from now on, within five years; without a zone, the company's.

    Raises InvalidInput at `follow_up_at`.
    """
    if value is None:
        return None
    if timezone.is_naive(value):
        value = value.replace(tzinfo=actor.company.zone)
    if is_over(value):
        raise InvalidInput.field(
            "follow_up_at", "The follow-up lies in the past. Choose a later time."
        )
    if value > timezone.now() + LATEST_FOLLOW_UP:
        raise InvalidInput.field(
            "follow_up_at", "The follow-up is more than five years away. Check the year."
        )
    return value


def is_over(follow_up_at: datetime | None) -> bool:
    """Whether the time of a follow-up has gone by; no follow-up is never over."""
    return follow_up_at is not None and follow_up_at < timezone.now() - GRACE


def supplied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only the values that somebody gave: an empty one never wipes what is stored."""
    return {name: value for name, value in values.items() if value not in (None, "")}
