"""Links of app profiles: storage and time of a look-up, against the copied form of the seeds.

In an empty database of its own. The copied form is a table as the seeds describe it: one row a
profile with the customer as JSON, found by profile.
"""

import os
from typing import Any

import psycopg

from benchmarks.measure import Report, timed
from crm.tenancy import SET_COMPANY

SIZES = (250, 20_000)
ROUNDS = 2000
COMPANY = """
INSERT INTO crm_company (name, slug, default_region, time_zone, currency, languages, is_active,
                         created_at)
VALUES (%s, %s, 'TH', 'Asia/Bangkok', 'THB', '[]', true, now())
RETURNING id
"""
PEOPLE = """
INSERT INTO customers_customer
       (id, company_id, code, stable_hash_id, full_name, given_name, family_name,
        name_is_placeholder, lifecycle_stage, created_at, last_activity_at, stage_changed_at,
        updated_at, origin, record_state, version, address_line, city, postcode, country,
        language, preferred_contact)
SELECT new_uuid7(), %s, 'M-' || number, md5('links' || number), 'Somchai Jaidee', 'Somchai',
       'Jaidee', false, 'customer', now(), now(), now(), now(), 'import', 'active', 1,
       '12 Sukhumvit Road', 'Bangkok', '10110', 'Thailand', 'th', 'line'
  FROM generate_series(1, %s) AS number
"""
POINTS = """
INSERT INTO customers_contactpoint
       (id, company_id, created_at, updated_at, customer_id, kind, value, as_typed, extension,
        label, source, is_primary, is_shared, is_invalid, is_live)
SELECT new_uuid7(), company_id, now(), now(), id, 'phone',
       '+668' || lpad(substr(code, 3), 8, '0'), '', '', '', 'import', true, false, false, true
  FROM customers_customer WHERE company_id = %s
"""
LINKS = """
INSERT INTO customers_profilelink
       (id, company_id, created_at, updated_at, customer_id, provider, profile_id, match_method,
        match_confidence, linked_by, linked_at, last_verified_at, decided_by_human)
SELECT new_uuid7(), company_id, now(), now(), id, 'supabase', gen_random_uuid()::text,
       'phone_exact_match', 1, 'bench', now(), now(), false
  FROM customers_customer WHERE company_id = %s
"""
COPIES = """
CREATE TABLE bench_crm_customer_mapping AS
SELECT gen_random_uuid() AS id, link.profile_id::uuid, customer.id AS crm_customer_id,
       customer.stable_hash_id, link.match_method, link.match_confidence, true AS is_matched,
       link.created_at, link.updated_at,
       to_jsonb(customer) || jsonb_build_object('contact_number', point.value)
           AS crm_customer_data
  FROM customers_profilelink link
  JOIN customers_customer customer ON customer.id = link.customer_id
  JOIN customers_contactpoint point ON point.customer_id = customer.id
 WHERE link.company_id = %s;
"""
INDEXES = """
ALTER TABLE bench_crm_customer_mapping ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON bench_crm_customer_mapping (profile_id);
CREATE INDEX ON bench_crm_customer_mapping (stable_hash_id);
ANALYZE;
"""
PROFILES = "SELECT profile_id FROM customers_profilelink WHERE company_id = %s LIMIT %s"
LIVE = "SELECT * FROM get_customer_for_profile('supabase', %s)"
LINK = "SELECT * FROM get_profile_customer_link('supabase', %s)"
COPIED = "SELECT * FROM bench_crm_customer_mapping WHERE profile_id = %s::uuid"


def run(report: Report) -> None:
    """Both sizes, the small one as large as the seeds' own table."""
    for size in SIZES:
        _measure(report, size)


def _measure(report: Report, size: int) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("DROP TABLE IF EXISTS bench_crm_customer_mapping")
        row = owner.execute(COMPANY, [f"Links {size}", f"links-{size}"]).fetchone()
        assert row is not None
        company = row[0]
        owner.execute("VACUUM FULL customers_profilelink")
        before = _bytes(owner, "customers_profilelink")
        owner.execute(PEOPLE, [company, size])
        for statement in (POINTS, LINKS):
            owner.execute(statement, [company])
        owner.execute("VACUUM FULL customers_profilelink")
        owner.execute(COPIES, [company])
        owner.execute(INDEXES)
        owner.execute("GRANT SELECT ON bench_crm_customer_mapping TO crm_app")
        profiles = [one[0] for one in owner.execute(PROFILES, [company, ROUNDS]).fetchall()]
        # An empty table has pages of its own, in either form.
        ours = _bytes(owner, "customers_profilelink") - (before if size != SIZES[0] else 0)
        copied = _bytes(owner, "bench_crm_customer_mapping")
    report(f"{size:,} links, copied form", f"{copied / 1024:,.0f} kB")
    report(f"{size:,} links, ours", f"{ours / 1024:,.0f} kB, {1 - ours / copied:.0%} less")
    with psycopg.connect(os.environ["DATABASE_URL"]) as app:
        app.execute(SET_COMPANY, [str(company)])
        asked = (profiles * (ROUNDS // len(profiles) + 1))[:ROUNDS]
        for what, query in (
            ("link of a profile", LINK),
            ("customer of a profile, live", LIVE),
            ("customer of a profile, copied form", COPIED),
        ):
            report(f"{size:,} links, {what}", timed(_ask(app, query), asked).text())
        report(
            f"{size:,} links, SELECT 1",
            timed(lambda _: app.execute("SELECT 1", prepare=False), asked).text(),
        )


def _ask(app: psycopg.Connection[Any], query: str) -> Any:
    # Unprepared, as Django's driver asks: the functions keep their plans themselves.
    return lambda profile: app.execute(query, [profile], prepare=False).fetchone()


def _bytes(owner: psycopg.Connection[Any], table: str) -> int:
    row = owner.execute("SELECT pg_total_relation_size(%s)", [table]).fetchone()
    assert row is not None
    return int(row[0])
