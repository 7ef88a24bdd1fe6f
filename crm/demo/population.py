"""All rows of one chunk of a company, put together from the generators."""

import json
from datetime import timedelta
from random import Random

from crm.demo.corruption import repeat_people
from crm.demo.enquiries import Enquiry, by_name, make_enquiries
from crm.demo.households import make_families
from crm.demo.legacy import make_legacy_enquiries
from crm.demo.order_rows import order_rows
from crm.demo.people import make_people
from crm.demo.purchases import make_purchases
from crm.demo.score_history import ScoreHistory
from crm.demo.setting import Chunk, Person, Setting, new_id
from crm.demo.staging import cast_notes, play_cast, play_leads
from crm.demo.tables import Row, Rows, copy_text
from crm.demo.traces import profile_link_rows, settle_stages, trace_rows


def chunk_rows(setting: Setting, chunk: Chunk) -> Rows:
    """Every row of the chunk, by table; the same setting and chunk give the same rows."""
    rng, business = setting.rng(chunk.number), setting.business
    people = make_people(setting, chunk, rng)
    if chunk.is_base:
        region, names = business.region, business.names
        make_families(people, share=business.family_share, region=region, style=names, rng=rng)
        repeat_people(
            people,
            share=business.duplicate_share,
            region=region,
            nicknames=names.nicknames,
            rng=rng,
        )
    _keep_contacts_apart(people)
    cast = play_cast(setting, people, rng) if chunk.is_base else {}
    played = {person.id for person in cast.values()}
    strangers = [
        person for person in people if person.id not in played and person.record_state == "active"
    ]
    purchases = make_purchases(setting, chunk, people, list(cast.values()))
    enquiries = make_enquiries(setting, strangers, how_many=chunk.leads, rng=rng)
    enquiries += make_legacy_enquiries(
        setting, strangers, how_many=chunk.legacy_leads, first=chunk.first, rng=rng
    )
    if chunk.is_base:
        enquiries += play_leads(setting, cast, rng)
    settle_stages(setting, strangers, rng)
    rows: Rows = {
        "customers_customer": [_customer_row(setting, person) for person in people],
        "customers_contactpoint": _contact_rows(setting, people, rng),
        **trace_rows(setting, chunk, people, rng),
    }
    rows["customers_note"] += cast_notes(setting, cast, rng)
    if chunk.profile_links:
        rows["customers_profilelink"] = profile_link_rows(
            setting, people, how_many=chunk.profile_links, cast=list(cast.values()), rng=rng
        )
    rows["leads_lead"] = [_lead_row(setting, enquiry) for enquiry in enquiries]
    rows["leads_leadevent"] = [row for lead in enquiries for row in _event_rows(setting, lead)]
    history = ScoreHistory(setting, with_lines=chunk.is_base)
    history.follow(people, purchases)
    rows["scoring_order"] = order_rows(setting, purchases)
    rows["scoring_scorechange"] = history.lines
    rows["scoring_scoresnapshot"] = history.snapshot_rows()
    return rows


def chunk_texts(job: tuple[Setting, Chunk]) -> tuple[Chunk, dict[str, bytes]]:
    """The chunk as COPY takes it; a job for another process."""
    setting, chunk = job
    rows = chunk_rows(setting, chunk)
    return chunk, {
        table: copy_text(table, table_rows) for table, table_rows in rows.items() if table_rows
    }


def _keep_contacts_apart(people: list[Person]) -> None:
    """Drop what two customers would be recognised by, and what one has twice."""
    identifying: set[tuple[str, str]] = set()
    for person in people:
        kept, own = [], set()
        for contact in person.contacts:
            key = (contact.kind, contact.value)
            if key in own or (not contact.is_shared and key in identifying):
                continue
            own.add(key)
            if not contact.is_shared:
                identifying.add(key)
            kept.append(contact)
        person.contacts = kept


def _customer_row(setting: Setting, person: Person) -> Row:
    return (
        person.id,
        setting.company_id,
        person.created_at,
        person.last_activity_at,
        person.code,
        person.id.replace("-", "")[::-1],  # 32 hex digits, the same at a second load
        person.full_name,
        person.given_name,
        person.family_name,
        person.is_placeholder,
        person.record_state,
        person.merged_into,
        person.deleted_at,
        person.stage,
        person.stage_changed_at or person.created_at,
        person.address_line,
        person.city,
        person.postcode,
        person.country,
        person.birthday,
        person.language,
        person.preferred_contact,
        person.origin,
        person.last_activity_at,
        1,
    )


def _contact_rows(setting: Setting, people: list[Person], rng: Random) -> list[Row]:
    rows: list[Row] = []
    for person in people:
        kinds = set()
        is_live = person.record_state == "active"
        for contact in person.contacts:
            is_primary = contact.kind not in kinds
            kinds.add(contact.kind)
            at = person.created_at
            rows.append(
                (
                    new_id(at, rng),
                    setting.company_id,
                    at,
                    at,
                    person.id,
                    contact.kind,
                    contact.value,
                    contact.as_typed,
                    "",
                    contact.label,
                    person.origin,
                    is_primary,
                    contact.is_shared,
                    False,
                    is_live,
                    at + timedelta(minutes=4) if contact.kind == "email" and is_primary else None,
                )
            )
    return rows


def _lead_row(setting: Setting, lead: Enquiry) -> Row:
    return (
        lead.id,
        setting.company_id,
        lead.received_at,
        lead.last_activity_at,
        lead.customer.id if lead.customer else None,
        setting.branches[lead.branch],
        setting.sources[lead.source],
        lead.external_id,
        lead.full_name,
        lead.phone,
        lead.phone_as_typed,
        lead.email,
        lead.status,
        lead.owner.id if lead.owner else None,
        lead.assigned_at,
        lead.follow_up_at,
        lead.attempts,
        lead.reason,
        lead.remarks,
        lead.interest,
        lead.variant,
        lead.location,
        lead.raw,
        lead.received_at,
        lead.last_activity_at,
        lead.closed_at,
        1 + lead.attempts,
    )


def _event_rows(setting: Setting, lead: Enquiry) -> list[Row]:
    return [
        (
            setting.company_id,
            lead.id,
            event.kind,
            event.at,
            event.old_status,
            event.new_status,
            event.attempt,
            event.remarks,
            event.by.id if event.by else None,
            by_name(event),
            json.dumps(event.data, ensure_ascii=False),
        )
        for event in lead.events
    ]
