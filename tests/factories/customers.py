"""Customers for tests, made by the services that make them for people."""

from itertools import count
from typing import Any

from crm.actors import Actor
from customers.models import Customer
from customers.services.contact_entries import EmailEntry, PhoneEntry
from customers.services.create import create_customer

_numbers = count(1)


def next_phone(region: str = "AU") -> str:
    """A mobile number of the country that no other test customer has."""
    number = next(_numbers)
    prefixes = {"AU": "+614123", "IN": "+919812", "TH": "+66812", "US": "+1415555"}
    digits = {"AU": 5, "IN": 6, "TH": 6, "US": 4}
    return f"{prefixes[region]}{number:0{digits[region]}d}"


def make_customer(
    actor: Actor,
    *,
    name: str = "Robin Okafor",
    phone: str | None = None,
    email: str = "",
    share: bool = False,
    **attributes: Any,
) -> Customer:
    """A live customer; without `phone` they get a number of their own, `phone=""` means none."""
    if phone is None:
        phone = next_phone(actor.company.default_region)
    return create_customer(
        actor=actor,
        full_name=name,
        phones=[PhoneEntry(phone)],
        emails=[EmailEntry(email)],
        share_numbers=share,
        **attributes,
    )
