"""A buyer as a platform tells of them, read into what we keep of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from crm.errors import InvalidInput
from customers.services.contact_entries import Reading, read_email, read_phone
from customers.services.contact_import.same_name import name_words
from customers.services.customer_fields import inbound_name_fields

NO_NAME = "Unknown customer"
LONGEST_ID = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingBuyer:
    """What came, as typed. `system` and `external_id` name the buyer's account, if any.

    `at` is when they bought; `marketing_opt_in` only where they themselves said yes then.
    """

    at: datetime
    system: str = ""
    external_id: str = ""
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    marketing_opt_in: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class BuyerRow:
    """What could be read of a buyer; a malformed e-mail or phone is left out."""

    buyer: IncomingBuyer
    email: Reading | None
    phone: Reading | None
    name: dict[str, Any]
    words: tuple[str, ...]

    @property
    def readings(self) -> Sequence[Reading]:
        """E-mail and phone, as far as they could be read."""
        return [reading for reading in (self.email, self.phone) if reading is not None]

    @property
    def identity(self) -> tuple[str, str] | None:
        """The buyer's account at the platform."""
        system, external_id = self.buyer.system, self.buyer.external_id.strip()
        return (system, external_id) if system and 0 < len(external_id) <= LONGEST_ID else None


def read_buyer(buyer: IncomingBuyer, *, regions: Sequence[str]) -> BuyerRow:
    """Never raises: what cannot be read tells nothing of the person."""
    name = _name(buyer)
    return BuyerRow(
        buyer=buyer,
        email=_read_email(buyer.email),
        phone=_read_phone(buyer.phone, regions),
        name=name,
        words=name_words(name["full_name"]),
    )


def _name(buyer: IncomingBuyer) -> dict[str, Any]:
    parts = {"given_name": buyer.given_name.strip(), "family_name": buyer.family_name.strip()}
    given = [part for part in parts.values() if part]
    whole = buyer.name.strip() or " ".join(given)
    if not whole:
        return dict(_nobody())
    try:
        name = inbound_name_fields(whole)
        for part in given:
            inbound_name_fields(part)  # parts that cannot be kept are not taken as given
    except InvalidInput:
        return dict(_nobody())
    if name["name_is_placeholder"]:
        return dict(_nobody())
    return name | parts if any(parts.values()) else name


@cache
def _nobody() -> dict[str, Any]:
    """Reports without names have tens of thousands of these."""
    return inbound_name_fields(NO_NAME)


def _read_email(text: str) -> Reading | None:
    try:
        return read_email(text) if text.strip() else None
    except InvalidInput:
        return None


def _read_phone(text: str, regions: Sequence[str]) -> Reading | None:
    try:
        return read_phone(text, regions=regions) if text.strip() else None
    except InvalidInput:
        return None
