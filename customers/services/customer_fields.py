"""The fields of a customer that people type: which there are, and what they may hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from crm.errors import InvalidInput
from crm.identifiers.invalid import InvalidName
from crm.identifiers.names import clean_name, is_placeholder_name, split_name
from crm.identifiers.text import clean_text, holds_control_characters, is_null_word
from customers.models.customer import PreferredContact

UNKNOWN_NAME = "Unknown caller"
EARLIEST_BIRTHDAY = date(1890, 1, 1)
LENGTHS = {
    "address_line": 300,
    "city": 120,
    "postcode": 20,
    "country": 120,
    "language": 12,
    "label": 40,
    "source": 60,
    "reason": 500,
    "tags": 60,
}
EDITABLE_FIELDS = (
    "full_name",
    "address_line",
    "city",
    "postcode",
    "country",
    "birthday",
    "language",
    "preferred_contact",
)


def clean_line(field: str, text: str) -> str:
    """One line of text, fit to store. Raises InvalidInput at `field`."""
    if holds_control_characters(text):
        raise InvalidInput.field(
            field, "This holds characters that can't be kept. Type it again by hand."
        )
    line = clean_text(text)
    if len(line) > LENGTHS[field]:
        raise InvalidInput.field(field, f"This has at most {LENGTHS[field]} characters.")
    return line


def clean_paragraphs(field: str, text: str, *, length: int) -> str:
    """Text of several lines that must say something. Raises InvalidInput at `field`."""
    if holds_control_characters(text):
        raise InvalidInput.field(
            field, "This holds characters that can't be kept. Type it again by hand."
        )
    paragraphs = clean_text(text, keep_lines=True)
    if not paragraphs:
        raise InvalidInput.field(field, "Write something first.")
    if len(paragraphs) > length:
        raise InvalidInput.field(field, f"This has at most {length:,} characters.")
    return paragraphs


def name_fields(text: str) -> dict[str, Any]:
    """The name as staff typed it, in all columns that follow from it.

    Raises InvalidInput at `full_name`.
    """
    try:
        name = clean_name(text)
    except InvalidName as error:
        raise InvalidInput.field("full_name", error.message, code=error.code) from error
    parts = split_name(name)
    return {
        "full_name": name,
        "given_name": parts.given,
        "family_name": parts.family,
        "name_is_placeholder": is_placeholder_name(name),
    }


def inbound_name_fields(text: str) -> dict[str, Any]:
    """Like `name_fields`, but no name, a dash or digits give a placeholder instead of an error."""
    if holds_control_characters(text):
        return name_fields(text)  # which refuses it
    nothing = is_null_word(text) or not any(character.isalpha() for character in text)
    return name_fields(UNKNOWN_NAME if nothing else text)


def clean_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The given editable fields, each checked. Raises InvalidInput with all messages at once."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field, value in values.items():
        try:
            cleaned.update(_clean_field(field, value))
        except InvalidInput as error:
            errors.update(error.fields)
    if errors:
        raise InvalidInput(next(iter(errors.values())), fields=errors)
    return cleaned


def _clean_field(field: str, value: Any) -> dict[str, Any]:
    if field not in EDITABLE_FIELDS:
        raise InvalidInput.field(field, "This field cannot be set here.", code="unknown_field")
    if field == "full_name":
        return name_fields(str(value or ""))
    if field == "birthday":
        return {field: _clean_birthday(value)}
    if field == "preferred_contact":
        if value not in ("", *PreferredContact.values):
            raise InvalidInput.field(field, "Choose one of the ways on the list.")
        return {field: value}
    return {field: clean_line(field, str(value or ""))}


def _clean_birthday(value: Any) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise InvalidInput.field("birthday", "Give a date such as 1990-05-17.") from None
    if not EARLIEST_BIRTHDAY <= value <= timezone.localdate():
        raise InvalidInput.field("birthday", "A birthday lies in the past, after 1890.")
    return value
