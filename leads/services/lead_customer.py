"""The person behind a new lead or walk-in: chosen by hand, or recognised by the phone."""

from dataclasses import dataclass
from uuid import UUID

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.models import Branch
from customers.models import Customer
from customers.models.customer import Origin
from customers.services.contact_entries import Reading, read_email, read_phone, regions_of
from customers.services.find_or_create import find_or_create_by_phone
from leads.services.lead_parties import locked_customer
from leads.services.waiting_leads import link_waiting_leads


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who came, and the contact data as it came. The customer's row is locked."""

    customer: Customer
    phone: Reading | None
    email: Reading | None

    @property
    def contact_fields(self) -> dict[str, str]:
        """The columns of the lead that keep how they can be reached."""
        return {
            "phone": self.phone.value if self.phone else "",
            "phone_as_typed": self.phone.as_typed if self.phone else "",
            "email": self.email.value if self.email else "",
        }


def caller(
    *,
    actor: Actor,
    phone_text: str,
    email_text: str,
    full_name: str,
    branch: Branch,
    customer_id: UUID | None,
    origin: Origin,
    unless_alike: bool = False,
) -> Caller:
    """The customer, known or new, locked; their waiting legacy leads are linked first.

    A phone that several people list names nobody: Conflict `choose_customer` carries the
    candidates' ids, and the door asks again with `customer_id`.
    Raises InvalidInput at `phone`, `email`, `full_name` or `customer`; with `unless_alike`
    MaybeHere where a new customer would be made of somebody who is likely here already.
    """
    typed = phone_text.strip()
    phone = read_phone(phone_text, regions=regions_of(actor, branch)) if typed else None
    email = read_email(email_text) if email_text.strip() else None
    if customer_id is not None:
        found_id = customer_id
    elif phone is None:
        raise InvalidInput.field("phone", "Type the phone number, or choose a customer.")
    else:
        found_id = _recognise(
            actor, phone_text, email_text, full_name, branch, origin, unless_alike
        )
    try:
        customer = locked_customer(found_id)
    except NotFound:
        raise InvalidInput.field("customer", "Choose a customer of this company.") from None
    link_waiting_leads(actor=actor, customer=customer)
    return Caller(customer=customer, phone=phone, email=email)


def _recognise(
    actor: Actor,
    phone_text: str,
    email_text: str,
    full_name: str,
    branch: Branch,
    origin: Origin,
    unless_alike: bool,
) -> UUID:
    found = find_or_create_by_phone(
        actor=actor,
        phone_text=phone_text,
        full_name=full_name,
        email_text=email_text,
        branch=branch,
        origin=origin,
        unless_alike=unless_alike,
    )
    if found.customer is not None:
        return found.customer.pk
    raise Conflict(
        "Several people are known by this number or e-mail. Choose who it is.",
        code="choose_customer",
        details={"candidates": [one.pk for one in found.identification.candidates]},
    )
