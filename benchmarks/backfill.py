"""`backfill_customers` over a million legacy leads of one company.

The leads are written for this run and belong to a company of their own, so the other figures keep
their data. Six leads in ten hold the phone only as it was typed; a tenth has none that can be
read; a phone has 1.6 leads on average; 50,000 of the people are customers already.
"""

import os
from collections.abc import Callable
from time import perf_counter

import psycopg

LEADS = int(os.environ.get("BACKFILL_LEADS", "1000000"))
KNOWN = LEADS // 20
SLUG = "backfill-bench"

COMPANY = """
INSERT INTO crm_company (name, slug, default_region, time_zone, currency, languages, is_active,
                         created_at)
VALUES ('Backfill bench', %s, 'AU', 'Australia/Sydney', 'AUD', '[]', true, now())
RETURNING id
"""
BRANCHES = """
INSERT INTO crm_branch (id, company_id, name, city, region, is_active, created_at, updated_at)
SELECT new_uuid7(), %s, 'Branch ' || number, '', '', true, now(), now()
  FROM generate_series(1, 3) AS number
"""
# Mobiles 0400 000 000 and up, spread so that a phone has one to three leads.
LEGACY_LEADS = """
WITH place AS (
    SELECT array_agg(id) AS ids FROM crm_branch WHERE company_id = %(company)s
), draft AS (
    SELECT number, (number::bigint * 7919 %% %(people)s) + 400000000 AS mobile,
           number %% 10 AS sort, timestamptz '2022-01-01' + number * interval '1 minute' AS at
      FROM generate_series(1, %(leads)s) AS number
)
INSERT INTO leads_lead
       (id, company_id, created_at, updated_at, branch_id, external_id, full_name, phone,
        phone_as_typed, email, status, attempts, reason, remarks, interest, variant, location,
        received_at, last_activity_at, closed_at, version)
SELECT new_uuid7(), %(company)s, at, at, place.ids[1 + number %% 3], '',
       CASE WHEN number %% 7 = 0 THEN 'Unknown'
            ELSE (ARRAY['Olivia','Jack','Priya','Somchai','Mei','Zoë','Arun'])[1 + number %% 7]
                 || ' ' || (ARRAY['Harper','Raman','O''Neill','Nguyễn','Costa'])[1 + number %% 5]
       END,
       CASE WHEN sort BETWEEN 6 AND 8 THEN '+61' || mobile ELSE '' END,
       CASE sort WHEN 9 THEN 'call at noon'
                 WHEN 0 THEN '0' || mobile
                 WHEN 1 THEN '+61 ' || substr(mobile::text, 1, 3) || ' ' || substr(mobile::text, 4)
                 WHEN 2 THEN 'p:+61' || mobile
                 WHEN 3 THEN '0' || substr(mobile::text, 1, 3) || '-' || substr(mobile::text, 4)
                 ELSE '0' || mobile END,
       '', CASE WHEN number %% 3 = 0 THEN 'new' ELSE 'lost' END, 0,
       CASE WHEN number %% 3 = 0 THEN '' ELSE 'not interested' END, '', '', '', '',
       at, at, CASE WHEN number %% 3 = 0 THEN NULL ELSE at END, 1
  FROM draft, place
"""
KNOWN_CUSTOMERS = """
WITH made AS (
    INSERT INTO customers_customer
           (id, company_id, code, stable_hash_id, full_name, given_name, family_name,
            name_is_placeholder, lifecycle_stage, created_at, last_activity_at,
            stage_changed_at, updated_at, origin, record_state, version, address_line, city,
            postcode, country, language, preferred_contact)
    SELECT new_uuid7(), %(company)s, 'OLD-' || number, md5('bench' || number), 'Known Person',
           'Known', 'Person', false, 'prospect', now(), now(), now(), now(), 'import',
           'active', 1, '', '', '', '', '', ''
      FROM generate_series(1, %(known)s) AS number
    RETURNING id, substr(code, 5)::bigint AS number
)
INSERT INTO customers_contactpoint
       (id, company_id, customer_id, kind, value, as_typed, extension, label, source,
        is_primary, is_shared, is_invalid, is_live, created_at, updated_at)
SELECT new_uuid7(), %(company)s, id, 'phone',
       '+61' || ((number * 7919 %% %(people)s) + 400000000), '', '', '', 'import',
       true, false, false, true, now(), now()
  FROM made
"""
FOLLOWED = ("leads_lead", "customers_customer", "customers_contactpoint")


def load(owner: psycopg.Connection) -> int:
    """Write the legacy data with the search triggers off, as a bulk load does."""
    row = owner.execute(COMPANY, [SLUG]).fetchone()
    assert row is not None
    company = int(row[0])
    owner.execute(BRANCHES, [company])
    values = {"company": company, "leads": LEADS, "people": LEADS * 5 // 8, "known": KNOWN}
    for table in FOLLOWED:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner.execute(LEGACY_LEADS, values)
    owner.execute(KNOWN_CUSTOMERS, values)
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in FOLLOWED:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    owner.execute("SELECT search_rebuild(%s)", [company])
    owner.execute("SELECT search_rebuild_leads(%s)", [company])
    owner.commit()
    owner.autocommit = True
    owner.execute("VACUUM ANALYZE")
    return company


def run(report: Callable[[str, str], None]) -> None:
    """Load, dry run, link, run again; `report(what, figure)` takes each line."""
    import django

    django.setup()
    from crm.actors import Door, system_actor
    from crm.models import Company
    from crm.tenancy import use_company
    from leads.services.backfill import backfill

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        company_id = load(owner)
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
    actor = system_actor(company, door=Door.COMMAND, name="benchmark")
    for what, dry_run in (("dry run", True), ("linking", False), ("a second run", False)):
        began = perf_counter()
        result = backfill(actor=actor, dry_run=dry_run)
        seconds = perf_counter() - began
        report(
            f"backfill of {result.total:,} leads, {what}",
            f"{seconds:.0f} s; {result.linked:,} linked, {result.created:,} customers created, "
            f"{result.without_phone:,} without phone, {result.conflicting:,} conflicting",
        )
