"""One customer as other systems read it: in a single statement, with as much as they ask for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from crm.actors import Actor
from crm.errors import NotFound
from crm.roles import Action
from customers.models import Customer
from customers.models.customer import RecordState

FIELDS = [column.attname for column in Customer._meta.concrete_fields]
_COLUMNS = ", ".join(f"record.{name}" for name in FIELDS)
_ONE = "SELECT {record} FROM customers_customer record WHERE {which}"
_POINT = """
(SELECT point.value FROM customers_contactpoint point
  WHERE point.customer_id = record.id AND point.kind = '{kind}' AND point.is_primary)
"""
# What may be read along with the customer: each a list of objects.
PARTS = {
    "contact_points": """
SELECT coalesce(json_agg(json_build_object(
           'id', point.id, 'kind', point.kind, 'value', point.value, 'as_typed', point.as_typed,
           'extension', point.extension, 'label', point.label, 'source', point.source,
           'is_primary', point.is_primary, 'is_shared', point.is_shared,
           'is_invalid', point.is_invalid, 'verified_at', point.verified_at,
           'created_at', point.created_at)
       ORDER BY point.kind DESC, point.is_primary DESC, point.is_invalid, point.created_at,
                point.id), '[]')
  FROM customers_contactpoint point WHERE point.customer_id = record.id
""",
    "tags": """
SELECT coalesce(json_agg(json_build_object('id', tag.id, 'name', tag.name)
                         ORDER BY tag.name, tag.id), '[]')
  FROM customers_customertag one JOIN customers_tag tag ON tag.id = one.tag_id
 WHERE one.customer_id = record.id
""",
    "consent": """
SELECT coalesce(json_agg(json_build_object(
           'channel', newest.channel, 'granted', newest.granted, 'source', newest.source,
           'happened_at', newest.happened_at,
           'recorded_by', newest.recorded_by) ORDER BY newest.channel), '[]')
  FROM (SELECT DISTINCT ON (event.channel) event.* FROM customers_consentevent event
         WHERE event.customer_id = record.id
         ORDER BY event.channel, event.happened_at DESC, event.id DESC) newest
""",
    "profile_links": """
SELECT coalesce(json_agg(json_build_object(
           'id', link.id, 'provider', link.provider, 'profile_id', link.profile_id,
           'match_method', link.match_method, 'match_confidence', link.match_confidence::float,
           'decided_by_human', link.decided_by_human,
           'linked_at', link.linked_at,
           'last_verified_at', link.last_verified_at)
       ORDER BY link.provider, link.profile_id), '[]')
  FROM customers_profilelink link WHERE link.customer_id = record.id
""",
    "household": """
SELECT coalesce(json_agg(json_build_object(
           'id', other.id, 'code', other.code, 'full_name', other.full_name)
       ORDER BY other.name_sort, other.id), '[]')
  FROM customers_householdmember own
  JOIN customers_householdmember member ON member.household_id = own.household_id
  JOIN customers_customer other ON other.id = member.customer_id
 WHERE own.customer_id = record.id AND other.id <> record.id AND other.record_state = 'active'
""",
}
_BY_ID = "record.id = %s"
_BY_SURVIVAL = "record.id = (SELECT surviving_customer(%s))"
# The company stands here too: the indexes of codes and hashes begin with it.
_COMPANY = "record.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint"
_BY_CODE = f"{_COMPANY} AND record.code = %s"
_BY_HASH = f"{_COMPANY} AND record.stable_hash_id = %s"
_HOLDERS = """
SELECT {record}, held.is_shared
  FROM customers_contactpoint held JOIN customers_customer record ON record.id = held.customer_id
 WHERE held.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint
   AND held.kind = 'phone' AND held.value = %s AND held.is_live
 ORDER BY record.last_activity_at DESC, record.id DESC LIMIT 50
"""


@dataclass(frozen=True, kw_only=True)
class CustomerRecord:
    """A customer with the main phone (E.164) and e-mail; `parts` holds what was asked for.

    `merged_from` is the id that was asked for, when that record is part of this one by now.
    """

    customer: Customer
    phone: str
    email: str
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    merged_from: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PhoneHolder:
    """A live customer who has a phone; `is_shared`: marked as one that several have."""

    record: CustomerRecord
    is_shared: bool

    @property
    def customer_id(self) -> UUID:
        """Whose it is."""
        return self.record.customer.pk


def read_customer(
    *, actor: Actor, customer_id: UUID, parts: Collection[str] = ()
) -> CustomerRecord:
    """The customer of an id, in one query; two for a merged id, which answers with the survivor.

    Raises NotFound. A deleted record is there for those who may restore it, and for nobody else.
    """
    return _read(actor, _BY_ID, customer_id, parts)


def read_customer_by_code(
    *, actor: Actor, code: str, parts: Collection[str] = ()
) -> CustomerRecord:
    """The same for a customer's code such as CUS-000123."""
    return _read(actor, _BY_CODE, code, parts)


def read_customer_by_hash(
    *, actor: Actor, stable_hash_id: str, parts: Collection[str] = ()
) -> CustomerRecord:
    """The same for the stable hash that other systems keep."""
    return _read(actor, _BY_HASH, stable_hash_id, parts)


def holders_of_phone(*, actor: Actor, phone: str) -> list[PhoneHolder]:
    """The live customers who have the phone (E.164), the latest active first; one query."""
    actor.require(Action.FIND_CUSTOMERS)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS.format(record=_shown()), [phone])
        return [
            PhoneHolder(record=_record(row[:-1], (), None), is_shared=row[-1])
            for row in cursor.fetchall()
        ]


def main_contacts(customer_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """The main phone and e-mail of many, by kind; one query."""
    found: dict[UUID, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, kind, value FROM customers_contactpoint"
            " WHERE customer_id = ANY(%s) AND is_primary",
            [list(customer_ids)],
        )
        for customer_id, kind, value in cursor.fetchall():
            found.setdefault(customer_id, {})[kind] = value
    return found


def _read(actor: Actor, which: str, value: Any, parts: Collection[str]) -> CustomerRecord:
    actor.require(Action.VIEW_CUSTOMER)
    found = _records(which, value, parts)
    merged_from = None
    if found and found[0].customer.record_state == RecordState.MERGED:
        merged_from = found[0].customer.pk
        found = _records(_BY_SURVIVAL, merged_from, parts, merged_from)
    if not found:
        raise NotFound
    is_deleted = found[0].customer.record_state == RecordState.DELETED
    if is_deleted and not actor.may(Action.DELETE_CUSTOMER):
        raise NotFound
    return found[0]


def _records(
    which: str, value: Any, parts: Collection[str], merged_from: UUID | None = None
) -> list[CustomerRecord]:
    names = tuple(sorted(parts))
    if isinstance(value, str) and "\x00" in value:
        return []  # the database cannot even be asked
    with connection.cursor() as cursor:
        cursor.execute(_statement(which, names), [value])
        rows = cursor.fetchall()
    return [_record(row, names, merged_from) for row in rows]


@cache
def _statement(which: str, parts: Sequence[str]) -> str:
    return _ONE.format(record=_shown(parts), which=which)


@cache
def _shown(parts: Sequence[str] = ()) -> str:
    points = [_POINT.format(kind=kind) for kind in ("phone", "email")]
    return ", ".join([_COLUMNS, *points, *(f"({PARTS[name]})" for name in parts)])


def _record(row: Sequence[Any], parts: Sequence[str], merged_from: UUID | None) -> CustomerRecord:
    own, (phone, email, *along) = row[: len(FIELDS)], row[len(FIELDS) :]
    return CustomerRecord(
        customer=Customer.from_db("default", FIELDS, own),
        phone=phone or "",
        email=email or "",
        parts={
            name: [_with_moments(one) for one in found]
            for name, found in zip(parts, along, strict=True)
        },
        merged_from=merged_from,
    )


def _with_moments(found: dict[str, Any]) -> dict[str, Any]:
    """Moments as moments: the database writes them in other words than the rest of the API."""
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and value else value
        for name, value in found.items()
    }
