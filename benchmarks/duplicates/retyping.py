"""A person as the desk types them: once as they are, and again with what goes wrong then."""

from dataclasses import replace
from functools import partial
from random import Random

from benchmarks.duplicates.circles import FAMILIES, MAIL, Somebody
from benchmarks.duplicates.records import LabelledPerson
from crm.demo.corruption import corrupt_name
from crm.demo.names.american import AMERICAN
from crm.demo.names.australian import AUSTRALIAN
from crm.demo.phones import as_people_type, with_typing_mistake

NICKNAMES = {**AMERICAN.nicknames, **AUSTRALIAN.nicknames}
SHORT = (("Street", "St"), ("Road", "Rd"), ("Avenue", "Ave"), ("Terrace", "Tce"), ("Grove", "Gr"))


def typed_once(person: Somebody, cluster: str, region: str, rng: Random) -> LabelledPerson:
    """The record with the gaps that most records have."""
    has_address = rng.random() < 0.55
    return LabelledPerson(
        cluster=cluster,
        given_name=person.given,
        middle_name=person.middle if rng.random() < 0.3 else "",
        family_name=person.family,
        birthday=person.born.isoformat() if rng.random() < 0.4 else "",
        address=person.address if has_address else "",
        city=person.city if has_address or rng.random() < 0.3 else "",
        postcode=person.postcode if has_address else "",
        region=person.region if has_address else "",
        organisation=person.organisation if rng.random() < 0.6 else "",
        phones=tuple(
            as_people_type(phone, region, rng) for phone in person.phones if rng.random() < 0.9
        ),
        emails=tuple(email for email in person.emails if rng.random() < 0.75),
    )


def typed_again(person: Somebody, cluster: str, region: str, rng: Random) -> LabelledPerson:
    """A second record: another name, number, mailbox or home, but something to know them by."""
    now = _moved_on(person, rng)
    given, family = now.given, now.family
    if rng.random() < 0.6:
        given, family = corrupt_name(given, family, nicknames=NICKNAMES, rng=rng)
    for _ in range(20):
        record = typed_once(now, cluster, region, rng)
        if set(now.phones) & set(person.phones) and record.phones:
            break
        if record.birthday or record.address or set(record.emails) & set(person.emails):
            break
    return replace(
        record,
        given_name=given,
        family_name=family,
        birthday=_birthday(record.birthday, rng),
        address=_address(record.address, rng),
    )


def _moved_on(person: Somebody, rng: Random) -> Somebody:
    """What changed in life or was given differently: one or two of these."""
    changes = (
        partial(_new_phone, rng=rng),
        partial(_mistyped_phone, rng=rng),
        partial(_new_email, rng=rng),
        partial(_new_surname, rng=rng),
        _without_phones,
        _without_emails,
        _as_before,
        _as_before,
    )
    for _ in range(1 + (rng.random() < 0.4)):
        person = changes[int(rng.random() * len(changes))](person)
    return person


def _new_phone(person: Somebody, *, rng: Random) -> Somebody:
    digits = f"{int(rng.random() * 10_000_000):07d}"
    return replace(person, phones=(f"+6147{digits}", *person.phones[1:]))


def _mistyped_phone(person: Somebody, *, rng: Random) -> Somebody:
    mistyped = tuple(with_typing_mistake(phone, rng) for phone in person.phones[:1])
    return replace(person, phones=(*mistyped, *person.phones[1:]))


def _new_email(person: Somebody, *, rng: Random) -> Somebody:
    box = person.emails[0].partition("@")[0] if person.emails else person.given.lower()
    domain = MAIL[int(len(MAIL) * rng.random())]
    return replace(person, emails=(f"{box}@{domain}",))


def _new_surname(person: Somebody, *, rng: Random) -> Somebody:
    """Married or divorced; mostly women change it."""
    if not person.is_woman:
        return person
    return replace(person, family=FAMILIES[int(len(FAMILIES) * rng.random() ** 2)])


def _without_phones(person: Somebody) -> Somebody:
    return replace(person, phones=())


def _without_emails(person: Somebody) -> Somebody:
    return replace(person, emails=())


def _as_before(person: Somebody) -> Somebody:
    return person


def _birthday(birthday: str, rng: Random) -> str:
    if not birthday or rng.random() < 0.85:
        return birthday
    year, month, day = birthday.split("-")
    if int(day) <= 12:
        return f"{year}-{day}-{month}"
    return f"{int(year) + 1}-{month}-{day}"


def _address(address: str, rng: Random) -> str:
    chance = rng.random()
    if chance < 0.3:
        for word, short in SHORT:
            address = address.replace(word, short)
    elif chance < 0.45:
        address = address.upper()
    return address
