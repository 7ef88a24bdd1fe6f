"""Putting the cast on stage: its people take the places of drawn ones, its leads are added."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from crm.demo.cast import CAST, CastLead, CastMember
from crm.demo.enquiries import Enquiry, assign, live_through, new_enquiry
from crm.demo.people import email_name
from crm.demo.places import COUNTRIES
from crm.demo.setting import Contact, Member, Person, Setting
from crm.demo.tables import Row
from crm.demo.traces import note_row

Played = Mapping[CastMember, Person]


def play_cast(setting: Setting, people: list[Person], rng: Random) -> dict[CastMember, Person]:
    """Let the company's cast take the places of drawn people; returns who plays whom."""
    played: dict[CastMember, Person] = {}
    members = [member for member in CAST[setting.slug] if member.is_customer]
    needed = len(members) + sum(member.has_merged_record for member in members)
    # The cast is known for some time, but not from the first day.
    places = iter(range(len(people) // 2, len(people) // 2 + needed))
    for member in members:
        person = people[next(places)]
        _become(setting, person, member)
        played[member] = person
        if member.has_merged_record:
            _leave_merged_record(people[next(places)], person)
    return played


def _become(setting: Setting, person: Person, member: CastMember) -> None:
    person.given_name, person.family_name = member.given, member.family
    person.full_name, person.email_name = member.full_name, email_name(member.full_name)
    person.stage, person.stage_changed_at = member.stage, person.created_at
    person.last_activity_at = setting.now - timedelta(hours=30)
    person.city = member.city or person.city
    person.country = COUNTRIES[setting.business.region].name
    phone = Contact("phone", member.phone, member.typed, True, is_shared=member.is_shared)
    phone.label = "Home" if member.is_shared else "Mobile"
    person.contacts = [phone]
    if member.email:
        person.contacts.append(Contact("email", member.email, member.email, True))


def _leave_merged_record(old: Person, survivor: Person) -> None:
    """An older record of the same person, merged into the survivor: it answers to nothing."""
    old.given_name, old.family_name = survivor.given_name[:1], survivor.family_name
    old.full_name = f"{old.given_name} {old.family_name}"
    old.stage, old.stage_changed_at = "customer", old.created_at
    old.record_state, old.merged_into, old.contacts = "merged", survivor.id, []


def play_leads(setting: Setting, played: Played, rng: Random) -> list[Enquiry]:
    """The leads of the cast, also of those who are no customers yet."""
    return [
        _lead(setting, member, lead, played.get(member), rng)
        for member in CAST[setting.slug]
        for lead in member.leads
    ]


def _lead(
    setting: Setting, member: CastMember, lead: CastLead, person: Person | None, rng: Random
) -> Enquiry:
    received_at = setting.now - timedelta(days=lead.days_ago, hours=2)
    if person is not None:
        person.created_at = min(person.created_at, received_at)
    enquiry = new_enquiry(
        setting,
        branch=lead.branch,
        received_at=received_at,
        full_name=member.full_name,
        phone=member.phone,
        typed=member.typed,
        rng=rng,
        source=lead.source,
    )
    enquiry.customer = person
    enquiry.interest, enquiry.variant, enquiry.location = lead.interest, "", member.city
    if lead.status != "new":
        enquiry.owner = _owner(setting, lead)
        live_through(setting, enquiry, path=(lead.status,), rng=rng, days=3)
    elif lead.owner:
        assign(setting, enquiry, owner=_owner(setting, lead), at=received_at)
    enquiry.reason = lead.reason
    enquiry.follow_up_at = (
        setting.at_local(days=0, hour=16, minute=30) if lead.follow_up_today else None
    )
    return enquiry


def _owner(setting: Setting, lead: CastLead) -> Member:
    """The member whose login the cast names; the staff stands in the order of the business."""
    logins = [colleague.login for colleague in setting.business.staff]
    return setting.staff[logins.index(lead.owner)]


def cast_notes(setting: Setting, played: Played, rng: Random) -> list[Row]:
    """What staff wrote about the cast."""
    return [
        note_row(setting, person, member.note, rng)
        for member, person in played.items()
        if member.note
    ]
