"""A customer as the API shows it. Plain functions write it, serializers declare it.

Serializers cost more than the query for a customer; a test holds both together.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from crm.api.etags import etag_of
from customers.models import Customer
from customers.models.contact_point import ContactKind
from customers.selectors.customer_record import PARTS, CustomerRecord, main_contacts

EXPANDABLE = tuple(PARTS)
_PLAIN = (
    "full_name", "given_name", "family_name", "name_is_placeholder", "address_line", "city",
    "postcode", "country", "language", "preferred_contact", "lifecycle_stage", "origin",
)  # fmt: skip
_MOMENTS = ("stage_changed_at", "deleted_at", "last_activity_at", "created_at", "updated_at")
FIELDS = (
    "id", "code", "stable_hash_id", "phone", "email", *_PLAIN, "birthday", *_MOMENTS, "state",
    "merged_into", "merged_from", "version",
)  # fmt: skip
ALWAYS = frozenset({"id", "version", "merged_from"})


def customer_data(customer: Customer, *, phone: str, email: str) -> dict[str, Any]:
    """A customer with the main phone and e-mail."""
    data: dict[str, Any] = {
        "id": str(customer.pk),
        "code": customer.code,
        "stable_hash_id": customer.stable_hash_id,
        "phone": phone,
        "email": email,
    }
    for name in _PLAIN:
        data[name] = getattr(customer, name)
    data["birthday"] = customer.birthday and customer.birthday.isoformat()
    for name in _MOMENTS:
        data[name] = _in_utc(getattr(customer, name))
    data["state"] = customer.record_state
    data["merged_into"] = customer.merged_into_id and str(customer.merged_into_id)
    data["merged_from"] = None
    data["version"] = customer.version
    return data


def record_data(record: CustomerRecord, fields: Collection[str] = ()) -> dict[str, Any]:
    """A record with the parts that were read along; of its own fields all, or those named."""
    data = customer_data(record.customer, phone=record.phone, email=record.email)
    data["merged_from"] = record.merged_from and str(record.merged_from)
    if fields:
        data = {name: data[name] for name in data if name in fields or name in ALWAYS}
    data.update(record.parts)
    return data


def record_etag(record: CustomerRecord, data: Mapping[str, Any]) -> str:
    """Changes with whatever is shown; If-Match asks for the version in it."""
    return etag_of(record.customer.version, data)


def customers_data(customers: Sequence[Customer]) -> list[dict[str, Any]]:
    """A page of customers; one query more."""
    contacts = main_contacts(one.pk for one in customers)
    nothing: dict[str, str] = {}
    return [
        customer_data(
            one,
            phone=contacts.get(one.pk, nothing).get(ContactKind.PHONE, ""),
            email=contacts.get(one.pk, nothing).get(ContactKind.EMAIL, ""),
        )
        for one in customers
    ]


def _in_utc(moment: datetime | None) -> str | None:
    """As everywhere in the API; the JSON encoder would take longer to find out what it has."""
    return None if moment is None else f"{moment.astimezone(UTC).isoformat()[:-6]}Z"
