"""The same person entered twice: with the mistakes that people really make at a desk."""

from collections.abc import Mapping
from random import Random

from crm.demo.phones import as_people_type, with_typing_mistake
from crm.demo.setting import Contact, Person

_SOUNDS = (
    ("ph", "f"),
    ("sh", "s"),
    ("th", "t"),
    ("ee", "i"),
    ("oo", "u"),
    ("v", "w"),
    ("k", "c"),
    ("y", "i"),
    ("ai", "ay"),
    ("z", "s"),
)
_STREET_WORDS = (
    ("Street", "St"),
    ("Road", "Rd"),
    ("Avenue", "Ave"),
    ("Court", "Ct"),
    ("Drive", "Dr"),
    ("Main", "Mn"),
    ("Soi ", "ซอย"),
)


def repeat_people(
    people: list[Person], *, share: float, region: str, nicknames: Mapping[str, str], rng: Random
) -> None:
    """Turn a share of the people into second records of others.

    A repeated record keeps its code and dates. Its number differs from the first record's, or is
    missing: the same number in two live customers is what the database refuses anyway.
    """
    wanted = int(len(people) * share)
    chosen = rng.sample(range(len(people)), 2 * wanted)
    for first, second in zip(chosen[:wanted], chosen[wanted:], strict=True):
        _repeat(people[first], people[second], region=region, nicknames=nicknames, rng=rng)


def _repeat(
    known: Person, again: Person, *, region: str, nicknames: Mapping[str, str], rng: Random
) -> None:
    if any(contact.is_shared for contact in again.contacts):
        return  # a family keeps its members
    again.given_name, again.family_name = corrupt_name(
        known.given_name, known.family_name, nicknames=nicknames, rng=rng
    )
    again.full_name = f"{again.given_name} {again.family_name}".strip()
    again.birthday = _birthday(known.birthday, rng)
    if known.address_line and rng.random() < 0.7:
        again.address_line = _shortened(known.address_line, rng)
        again.city, again.postcode, again.country = known.city, known.postcode, known.country
    else:
        again.address_line, again.city, again.postcode = "", known.city, ""
    _repeat_contacts(known, again, region, rng)


def corrupt_name(
    given: str, family: str, *, nicknames: Mapping[str, str], rng: Random
) -> tuple[str, str]:
    """The name as it is typed the second time."""
    chance = rng.random()
    if chance < 0.2 and given in nicknames:
        return nicknames[given], family
    if chance < 0.3:
        return family, given
    if chance < 0.4:
        return given[:1], family
    if chance < 0.5:
        return given, ""
    if chance < 0.6:
        return given.upper(), family.upper()
    if chance < 0.8:
        return given, _misspelt(family, rng)
    return _misspelt(given, rng), family


def _misspelt(word: str, rng: Random) -> str:
    chance = rng.random()
    if chance < 0.35:
        for sound, other in _SOUNDS:
            if sound in word[1:]:
                return word[0] + word[1:].replace(sound, other, 1)
    place = 1 + int(rng.random() * max(1, len(word) - 2))
    if chance < 0.6:
        return (
            word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :]
        )
    if chance < 0.8:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place : place + 1] + word[place:]


def _birthday(birthday: str | None, rng: Random) -> str | None:
    if birthday is None or rng.random() < 0.3:
        return None
    year, month, day = birthday.split("-")
    if int(day) <= 12 and rng.random() < 0.25:
        return f"{year}-{day}-{month}"  # day and month the other way round
    return birthday


def _shortened(address: str, rng: Random) -> str:
    for word, short in _STREET_WORDS:
        if word in address and rng.random() < 0.6:
            return address.replace(word, short)
    return address.lower() if rng.random() < 0.2 else address


def _repeat_contacts(known: Person, again: Person, region: str, rng: Random) -> None:
    """An old number, one mistyped digit, or none; the e-mail is another one or missing."""
    phone, own = known.contact("phone"), again.contact("phone")
    chance = rng.random()
    if chance < 0.35 and phone is not None and own is not None:
        own.value = with_typing_mistake(phone.value, rng)
        own.as_typed = as_people_type(own.value, region, rng)
    elif chance < 0.6:
        again.contacts = [contact for contact in again.contacts if contact.kind != "phone"]
    if rng.random() < 0.5:
        again.contacts = [contact for contact in again.contacts if contact.kind != "email"]
        email = known.contact("email")
        if email is not None and rng.random() < 0.5 and "@" in email.value:
            # The company's address where the first record has the private one.
            box, _, domain = email.value.partition("@")
            address = f"{box}@work.{domain}"
            again.contacts.append(Contact("email", address, address, is_primary=True))
