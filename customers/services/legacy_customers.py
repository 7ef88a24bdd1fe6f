"""Whom links of an older system mean: by hash, code or id, else by the copied phone and e-mail."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from crm.actors import Actor
from crm.identifiers.emails import parse_email
from crm.identifiers.invalid import InvalidIdentifier
from customers.models import ContactPoint, Customer, ExternalIdentity
from customers.profile_links.legacy_file import CopiedCustomer, LegacyLink
from customers.selectors.survivors import survivors_of
from customers.services.contact_entries import regions_of
from customers.services.identify import identify
from customers.services.match_profile import METHODS, proven_phone


def customers_meant(links: Sequence[LegacyLink], *, system: str) -> dict[int, UUID]:
    """The living customers, by the links' rows; links whose customer is not here are left out.

    The stable hash says it before the code, the code before the id. `system` is where ids of the
    older system stand among the external identities. Five queries, whatever the number of links.
    """
    by_hash = _ids("stable_hash_id", {link.stable_hash_id for link in links})
    by_code = _ids("code", {link.code for link in links})
    by_id = _ids("pk", {one for link in links if (one := _uuid(link.customer_id))})
    outside = ExternalIdentity.objects.filter(
        system=system, external_id__in={link.customer_id for link in links if link.customer_id}
    )
    by_account = dict(outside.values_list("external_id", "customer_id")) if system else {}
    meant = {
        link.row: by_hash.get(link.stable_hash_id)
        or by_code.get(link.code)
        or by_account.get(link.customer_id)
        or by_id.get(_uuid(link.customer_id))
        for link in links
    }
    named = {row: one for row, one in meant.items() if one is not None}
    heirs = survivors_of(set(named.values()))
    now = {row: heirs.get(one, one) for row, one in named.items()}
    living = set(
        Customer.objects.live().filter(pk__in=set(now.values())).values_list("pk", flat=True)
    )
    return {row: one for row, one in now.items() if one in living}


def found_again(actor: Actor, copied: CopiedCustomer) -> tuple[UUID, str] | None:
    """The one customer whom the copied phone and e-mail identify, and how. Names find nobody."""
    found = identify(actor=actor, phone=phone_of(actor, copied), email=email_of(copied))
    return None if found.customer is None else (found.customer.pk, METHODS[found.method])


def contact_values(customer_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """All phones and e-mails of customers."""
    values: dict[UUID, set[str]] = {}
    rows = ContactPoint.objects.filter(customer_id__in=customer_ids)
    for customer_id, value in rows.values_list("customer_id", "value"):
        values.setdefault(customer_id, set()).add(value)
    return values


def differences(
    actor: Actor, copied: CopiedCustomer, customer: Customer, values: Collection[str]
) -> list[str]:
    """The fields in which the copy says something else than the customer does now."""
    phone, email = phone_of(actor, copied), email_of(copied)
    different = {
        "name": copied.name and _plain(copied.name) != _plain(customer.full_name),
        "phone": phone and phone not in values,
        "e-mail": email and email not in values,
    }
    return [name for name, differs in different.items() if differs]


def phone_of(actor: Actor, copied: CopiedCustomer) -> str:
    """The copied phone in E.164; “” where there is none that can be read."""
    return proven_phone(copied.phone, regions=regions_of(actor)) if copied.phone else ""


def email_of(copied: CopiedCustomer) -> str:
    """The copied e-mail as it is kept here; a placeholder is none."""
    try:
        email = parse_email(copied.email)
    except InvalidIdentifier:
        return ""
    return "" if email.is_placeholder else email.address


def _ids(field: str, values: Collection[Any]) -> Mapping[Any, UUID]:
    known = {value for value in values if value}
    rows = Customer.objects.filter(**{f"{field}__in": known}) if known else None
    return dict(rows.values_list(field, "pk")) if rows is not None else {}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
