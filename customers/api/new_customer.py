"""What a request says of somebody new, as the services take it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from crm.errors import CrmError, InvalidInput
from crm.models import Branch
from customers.api.customer_serializers import MOST_VALUES, TEXTS
from customers.services.contact_entries import EmailEntry, PhoneEntry

ATTRIBUTES = (*TEXTS, "birthday", "preferred_contact")
# The services number what was typed: phone, phone_2, phone_3.
_PLACES = {
    f"{name}{'' if place == 0 else f'_{place + 1}'}": f"{name}s.{place}.value"
    for name in ("phone", "email")
    for place in range(MOST_VALUES)
}


def person_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Name, phones, e-mails and further fields of a checked request."""
    return {
        "full_name": values["full_name"],
        "phones": [
            PhoneEntry(one["value"], one.get("label", "")) for one in values.get("phones", ())
        ],
        "emails": [
            EmailEntry(one["value"], one.get("label", "")) for one in values.get("emails", ())
        ],
    }


def attributes_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The other fields that may be set, where the request names them."""
    return {name: values[name] for name in ATTRIBUTES if name in values}


def branch_of(branch_id: UUID | None) -> Branch | None:
    """The branch that a request names. Raises InvalidInput at `branch_id`."""
    if branch_id is None:
        return None
    branch = Branch.objects.filter(pk=branch_id, is_active=True).first()
    if branch is None:
        raise InvalidInput.field("branch_id", "There is no such branch.")
    return branch


@contextmanager
def places_as_sent() -> Iterator[None]:
    """Errors about phones and e-mails are told where they stand in the request."""
    try:
        yield
    except CrmError as error:
        raise as_sent(error) from None


def as_sent(error: CrmError) -> CrmError:
    """The same error; its fields are named as in the request."""
    error.fields = {_PLACES.get(name, name): text for name, text in error.fields.items()}
    if "field" in error.details:
        error.details["field"] = _PLACES.get(error.details["field"], error.details["field"])
    return error
