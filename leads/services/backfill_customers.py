"""Customers made from legacy leads, a batch in two statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from crm.actors import Actor
from crm.identifiers.names import is_placeholder_name
from crm.identifiers.text import clean_text
from crm.models.tenant import new_id
from customers.models.customer import LifecycleStage, Origin, new_stable_hash_id
from customers.services.customer_fields import inbound_name_fields
from customers.services.new_customer import ValueTaken, next_codes
from leads.models.lead import LeadStatus
from leads.services.link_plan import WaitingLead

# Columns are named one by one: `created_at` is the first enquiry, not now.
INSERT_CUSTOMERS = """
INSERT INTO customers_customer
       (id, company_id, code, stable_hash_id, full_name, given_name, family_name,
        name_is_placeholder, lifecycle_stage, created_at, last_activity_at, stage_changed_at,
        updated_at, origin, record_state, version, address_line, city, postcode, country,
        language, preferred_contact)
SELECT id, %(company)s, code, stable_hash_id, full_name, given_name, family_name,
       name_is_placeholder, lifecycle_stage, created_at, last_activity_at, now(),
       now(), %(origin)s, 'active', 1, '', '', '', '', '', ''
  FROM unnest(%(id)s::uuid[], %(code)s::text[], %(stable_hash_id)s::text[],
              %(full_name)s::text[], %(given_name)s::text[], %(family_name)s::text[],
              %(name_is_placeholder)s::boolean[], %(lifecycle_stage)s::text[],
              %(created_at)s::timestamptz[], %(last_activity_at)s::timestamptz[])
       AS made (id, code, stable_hash_id, full_name, given_name, family_name,
                name_is_placeholder, lifecycle_stage, created_at, last_activity_at)
"""
# In the order of the phones: two writers of the same numbers wait instead of deadlocking.
INSERT_PHONES = """
INSERT INTO customers_contactpoint
       (id, company_id, customer_id, kind, value, as_typed, extension, label, source,
        is_primary, is_shared, is_invalid, is_live, created_at, updated_at)
SELECT new_uuid7(), %(company)s, id, 'phone', phone, as_typed, '', '', %(origin)s,
       true, false, false, true, now(), now()
  FROM unnest(%(id)s::uuid[], %(phone)s::text[], %(as_typed)s::text[])
       AS made (id, phone, as_typed)
 ORDER BY phone
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What the leads of one phone say of the person."""

    id: UUID
    phone: str
    as_typed: str
    name: str
    created_at: datetime
    last_activity_at: datetime
    lifecycle_stage: str


def person_behind(phone: str, leads: Iterable[WaitingLead]) -> NewCustomer:
    """The latest real name, the first enquiry, the last activity (source systems S3.5)."""
    newest_first = sorted(leads, key=lambda lead: (lead.received_at, lead.id), reverse=True)
    names = (clean_text(lead.full_name) for lead in newest_first)
    won = any(lead.status == LeadStatus.WON for lead in newest_first)
    return NewCustomer(
        id=new_id(),
        phone=phone,
        as_typed=next((one.phone_as_typed for one in newest_first if one.phone_as_typed), phone),
        name=next((name for name in names if name and not is_placeholder_name(name)), ""),
        created_at=newest_first[-1].received_at,
        last_activity_at=max(lead.last_activity_at for lead in newest_first),
        lifecycle_stage=LifecycleStage.CUSTOMER if won else LifecycleStage.LEAD,
    )


def insert_people(actor: Actor, people: Sequence[NewCustomer]) -> None:
    """Write the customers, each with its phone.

    Raises ValueTaken when somebody else saved one of the numbers at the same moment: call it in a
    transaction of its own and look again.
    """
    if not people:
        return
    rows = [
        _row(person, code) for person, code in zip(people, next_codes(len(people)), strict=True)
    ]
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    values = {**columns, "company": actor.company.pk, "origin": Origin.BACKFILL.value}
    with connection.cursor() as cursor:
        cursor.execute(INSERT_CUSTOMERS, values)
        cursor.execute(INSERT_PHONES, values)
        if cursor.rowcount != len(people):
            raise ValueTaken


def _row(person: NewCustomer, code: str) -> Mapping[str, Any]:
    return {
        **inbound_name_fields(person.name),
        "id": person.id,
        "code": code,
        "stable_hash_id": new_stable_hash_id(),
        "lifecycle_stage": str(person.lifecycle_stage),
        "created_at": person.created_at,
        "last_activity_at": person.last_activity_at,
        "phone": person.phone,
        "as_typed": person.as_typed,
    }
