"""Families and offices: people who share an address and a number, which then names nobody alone."""

from collections.abc import Iterator
from random import Random

from crm.demo.names.style import NameStyle
from crm.demo.people import email_name
from crm.demo.phones import as_people_type
from crm.demo.setting import Contact, Person


def make_families(
    people: list[Person], *, share: float, region: str, style: NameStyle, rng: Random
) -> None:
    """Turn a share of the people into families, each around its first member."""
    for family in _groups(people, share, rng):
        head, members = family[0], family[1:]
        for member in members:
            if rng.random() < 0.85:
                _take_family_name(member, head)
            member.address_line, member.city = head.address_line, head.city
            member.postcode, member.country = head.postcode, head.country
        phone = head.contact("phone")
        if phone is not None and rng.random() < 0.75:
            phone.is_shared, phone.label = True, "Home"
            for member in members:
                _share_phone(member, phone, region, rng)
        email = head.contact("email")
        if email is not None and rng.random() < 0.2:
            email.is_shared = True
            _share_email(members[0], email)


def _groups(people: list[Person], share: float, rng: Random) -> Iterator[list[Person]]:
    """Groups of two to four; nobody is in two of them."""
    wanted = int(len(people) * share)
    order = rng.sample(people, wanted)
    while len(order) >= 2:
        size = 2 + int(rng.random() * 3)
        yield order[:size]
        order = order[size:]


def _take_family_name(member: Person, head: Person) -> None:
    if member.given_name.isascii() != head.family_name.isascii():
        return
    member.family_name = head.family_name
    member.full_name = f"{member.given_name} {member.family_name}"
    member.email_name = email_name(member.full_name) or member.email_name


def _share_phone(member: Person, phone: Contact, region: str, rng: Random) -> None:
    typed = as_people_type(phone.value, region, rng)
    own = member.contact("phone")
    if own is not None and rng.random() < 0.5:
        own.value, own.as_typed = phone.value, typed
        own.is_shared, own.label = True, "Home"
        return
    shared = Contact("phone", phone.value, typed, own is None, is_shared=True, label="Home")
    member.contacts.append(shared)


def _share_email(member: Person, email: Contact) -> None:
    member.contacts = [contact for contact in member.contacts if contact.kind != "email"]
    member.contacts.append(Contact("email", email.value, email.as_typed, True, is_shared=True))
