"""Typed phones and e-mails of a customer, read into the form in which they are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.identifiers.emails import parse_email
from crm.identifiers.invalid import InvalidIdentifier
from crm.identifiers.phones import parse_phone
from crm.models import Branch
from customers.models.contact_point import ContactKind
from customers.services.customer_fields import clean_line

PLACEHOLDER_EMAIL = (
    "This looks like an e-mail typed only to fill the field. Leave it empty if it is not known."
)


@dataclass(frozen=True)
class PhoneEntry:
    """A phone as somebody typed it, with what it is called (“work”)."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class EmailEntry:
    """An e-mail as somebody typed it, with what it is called."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class Reading:
    """One phone or e-mail, understood. `field` is where an error about it belongs."""

    kind: ContactKind
    value: str
    as_typed: str
    extension: str = ""
    label: str = ""
    field: str = ""


def regions_of(actor: Actor, branch: Branch | None = None) -> list[str]:
    """The countries whose national numbers are understood: the branch's, then the company's."""
    own = branch.region if branch else ""
    return list(dict.fromkeys(region for region in (own, actor.company.default_region) if region))


def read_phone(
    text: str, *, regions: Sequence[str], label: str = "", field: str = "phone"
) -> Reading:
    """The phone in the text. Raises InvalidInput at `field`."""
    try:
        phone = parse_phone(text, regions=regions)
    except InvalidIdentifier as error:
        raise InvalidInput.field(field, error.message, code=error.code) from error
    return Reading(
        kind=ContactKind.PHONE,
        value=phone.e164,
        as_typed=phone.as_typed,
        extension=phone.extension,
        label=clean_line("label", label),
        field=field,
    )


def read_email(text: str, *, label: str = "", field: str = "email") -> Reading:
    """The e-mail in the text. Raises InvalidInput at `field`."""
    try:
        email = parse_email(text)
    except InvalidIdentifier as error:
        raise InvalidInput.field(field, error.message, code=error.code) from error
    if email.is_placeholder:
        raise InvalidInput.field(field, PLACEHOLDER_EMAIL, code="placeholder")
    return Reading(
        kind=ContactKind.EMAIL,
        value=email.address,
        as_typed=email.as_typed,
        label=clean_line("label", label),
        field=field,
    )


def read_entries(
    phones: Iterable[PhoneEntry], emails: Iterable[EmailEntry], *, regions: Sequence[str]
) -> list[Reading]:
    """All entries, each value once, in the order given (the first of a kind becomes primary).

    Empty texts are passed over. Raises InvalidInput with a message for every bad entry: the first
    phone at `phone`, the next at `phone_2`, and e-mails likewise.
    """
    readings: dict[tuple[str, str], Reading] = {}
    errors: dict[str, str] = {}
    for number, phone in enumerate(phones, 1):
        _collect(readings, errors, phone, field=_field("phone", number), regions=regions)
    for number, email in enumerate(emails, 1):
        _collect(readings, errors, email, field=_field("email", number), regions=regions)
    if errors:
        raise InvalidInput(next(iter(errors.values())), fields=errors)
    return list(readings.values())


def _collect(
    readings: dict[tuple[str, str], Reading],
    errors: dict[str, str],
    entry: PhoneEntry | EmailEntry,
    *,
    field: str,
    regions: Sequence[str],
) -> None:
    if not entry.text.strip():
        return
    try:
        if isinstance(entry, PhoneEntry):
            reading = read_phone(entry.text, regions=regions, label=entry.label, field=field)
        else:
            reading = read_email(entry.text, label=entry.label, field=field)
    except InvalidInput as error:
        errors.update(error.fields)
    else:
        readings.setdefault((reading.kind, reading.value), reading)


def _field(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"
