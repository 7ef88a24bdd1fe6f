"""A crowd of customers made by set-based SQL, through the same triggers as everything else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, connections

from tests.worlds import World

GIVEN = "Jane John Priya Arun Somchai Malee Chloé Zoë Mei Ravi José Ana Omar Ingrid Søren Wanjiru"
FAMILY = (
    "Smith Jones Mehta Raman Jaidee O'Brien Nguyễn Costa Okafor Müller Kowalska Tanaka "
    "Fernández Petrov Haddad Lindqvist Abernathy Thistlethwaite Van-der-Berg Papadopoulos"
)
MIDDLE_ENDS = ("aran", "elin", "omir", "udra", "yvet", "astor", "erwin", "olga", "unni")

CUSTOMERS = """
INSERT INTO customers_customer (
    id, company_id, code, stable_hash_id, full_name, given_name, family_name, name_is_placeholder,
    record_state, lifecycle_stage, stage_changed_at, address_line, city, postcode, country,
    language, preferred_contact, origin, last_activity_at, version, created_at, updated_at)
SELECT new_uuid7(), %(company)s, 'CUS-' || lpad((n + %(first)s)::text, 6, '0'),
       md5(%(company)s || ':' || (n + %(first)s)),
       given[1 + n * 7 %% array_length(given, 1)] || ' ' ||
       middle[1 + n * 13 / 5 %% array_length(middle, 1)] || ' ' ||
       family[1 + n * 11 / 3 %% array_length(family, 1)],
       '', '', false, 'active', 'prospect', now(), '', '', '', '', '', '', 'import',
       now() - make_interval(hours => n * 17 %% 9000), 1, now(), now()
  FROM generate_series(1, %(count)s) n,
       string_to_array(%(given)s, ' ') given, string_to_array(%(middle)s, ' ') middle,
       string_to_array(%(family)s, ' ') family
"""
# 7,654,321 shares no factor with a power of ten: the numbers are scattered, none comes twice.
PHONES = """
INSERT INTO customers_contactpoint (
    id, company_id, customer_id, kind, value, as_typed, extension, label, source, is_primary,
    is_shared, is_invalid, is_live, created_at, updated_at)
SELECT new_uuid7(), company_id, id, 'phone', value, value, '', '', '', false, false, false, true,
       now(), now()
  FROM (SELECT *, '+614' || lpad(mod(20317643 + right(code, -4)::bigint * 7654321,
                                      100000000)::text, 8, '0') AS value
          FROM customers_customer) customer
"""
EMAILS = """
INSERT INTO customers_contactpoint (
    id, company_id, customer_id, kind, value, as_typed, extension, label, source, is_primary,
    is_shared, is_invalid, is_live, created_at, updated_at)
SELECT new_uuid7(), company_id, id, 'email', value, value, '', '', '', false, false, false, true,
       now(), now()
  FROM (SELECT *, 'x7.' || right(code, -4) || '@' ||
                  CASE WHEN right(code, 1) < '5' THEN 'zq' ELSE 'zw' END || '.example' AS value
          FROM customers_customer WHERE right(code, 1) < '8') customer
"""

TRIGGERS = """
SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'search\\_follow\\_%%'
"""


def make_crowd(world: World, count: int, *, first: int = 500_000) -> list[UUID]:
    """So many customers of the world's company, each with a phone, most with an e-mail."""
    with connection.cursor() as cursor:
        _make_people(cursor, world, count, first)
        # Else each phone's foreign key may be checked by walking all customers.
        cursor.execute("SELECT analyze_new_tables()")
        cursor.execute(PHONES)
        cursor.execute(EMAILS)
        cursor.execute("SELECT id FROM customers_customer ORDER BY code")
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def unsearched() -> Iterator[None]:
    """What is written inside is not searched for: its index costs ten times the rows themselves."""
    tables = ("customers_customer", "customers_contactpoint", "leads_lead")
    for how in ("DISABLE", "ENABLE"):
        with connections["owner"].cursor() as cursor:
            for table in tables:
                cursor.execute(TRIGGERS, [table])
                for (trigger,) in cursor.fetchall():
                    cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {trigger}")
        if how == "DISABLE":
            yield


def commit_crowd(world: World, count: int) -> None:
    """A crowd of many: committed, with the planner's statistics up to date after each step.

    Without them a foreign key may be checked by walking all customers of the company.
    """
    with world.inside(), connection.cursor() as cursor:
        _make_people(cursor, world, count, 500_000)
    _analyze()
    for statement in (PHONES, EMAILS):
        with world.inside(), connection.cursor() as cursor:
            cursor.execute(statement)
    _analyze()


def forget_crowd() -> None:
    """Everybody's customers go, with all that hangs on them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "TRUNCATE customers_customer, customers_searchphone, customers_searchdocument, "
            "customers_searchword CASCADE"
        )
        cursor.execute("ANALYZE customers_customer")


def _make_people(cursor: Any, world: World, count: int, first: int) -> None:
    cursor.execute(
        CUSTOMERS,
        {
            "company": world.company.pk,
            "first": first,
            "count": count,
            "given": GIVEN,
            "middle": " ".join(start + end for start in "BCDFGKLMNPRST" for end in MIDDLE_ENDS),
            "family": FAMILY,
        },
    )


def _analyze() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
