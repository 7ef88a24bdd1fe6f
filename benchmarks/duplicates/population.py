"""Generated people as customers of a company, written past the triggers of search and views.

Those are measured elsewhere; here only customers, phones and e-mails are compared.
"""

import os
import re
from collections.abc import Iterator

import psycopg

from benchmarks.duplicates.generator import stream_people
from benchmarks.duplicates.records import LabelledPerson

COMPANY = """
INSERT INTO crm_company (name, slug, default_region, time_zone, currency, languages, is_active,
                         created_at)
VALUES (%(slug)s, %(slug)s, 'AU', 'Australia/Sydney', 'AUD', '["en"]', true, now())
RETURNING id
"""
STAGED = """
CREATE TEMP TABLE typed (
    number integer, given text, family text, birthday text, address text, city text,
    postcode text, phones text[], emails text[])
"""
STAGE = "COPY typed FROM STDIN"
CUSTOMERS = """
INSERT INTO customers_customer
       (id, company_id, code, stable_hash_id, full_name, given_name, family_name,
        name_is_placeholder, lifecycle_stage, created_at, last_activity_at, stage_changed_at,
        updated_at, origin, record_state, version, birthday, address_line, city, postcode,
        country, language, preferred_contact)
SELECT md5(%(company)s || '/' || number)::uuid, %(company)s, 'D-' || number,
       md5('duplicates' || number),
       coalesce(nullif(btrim(given || ' ' || family), ''), 'Unknown'), given, family,
       false, 'prospect', now(), now(), now(), now(), 'import', 'active', 1,
       CASE WHEN pg_input_is_valid(birthday, 'date') THEN birthday::date END,
       address, city, postcode, 'Australia', 'en', ''
  FROM typed
"""
# A number that several hold is a shared one: the database keeps private ones unique.
POINTS = """
INSERT INTO customers_contactpoint
       (id, company_id, customer_id, kind, value, as_typed, extension, label, source, is_primary,
        is_shared, is_invalid, is_live, created_at, updated_at)
SELECT new_uuid7(), %(company)s, md5(%(company)s || '/' || number)::uuid, kind, value, value, '',
       '', '', false, count(*) OVER (PARTITION BY kind, value) > 1, false, true, now(), now()
  FROM (SELECT DISTINCT number, 'phone' AS kind, unnest(phones) AS value FROM typed
        UNION SELECT number, 'email', unnest(emails) FROM typed) points
"""


def fill_company(slug: str, count: int, *, seed: int) -> int:
    """A new company with so many generated customers; returns its id."""
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL_OF_DATABASE"]) as superuser:
        superuser.execute("SET session_replication_role = replica")
        row = superuser.execute(COMPANY, {"slug": slug}).fetchone()
        assert row is not None
        company = int(row[0])
        superuser.execute(STAGED)
        with superuser.cursor().copy(STAGE) as copy:
            for typed in _rows(count, seed):
                copy.write_row(typed)
        superuser.execute("ANALYZE typed")
        superuser.execute(CUSTOMERS, {"company": company})
        superuser.execute(POINTS, {"company": company})
        superuser.commit()
        superuser.autocommit = True
        superuser.execute("VACUUM ANALYZE customers_customer, customers_contactpoint")
    return company


def _rows(count: int, seed: int) -> Iterator[tuple[object, ...]]:
    for number, person in enumerate(stream_people(count, seed=seed)):
        yield (
            number,
            person.given_name,
            person.family_name,
            person.birthday or None,
            person.address,
            person.city,
            person.postcode,
            [canonical(phone) for phone in person.phones],
            [email.lower() for email in person.emails],
        )


def canonical(phone: str) -> str:
    """A generated Australian number in E.164; ours to read, so no library is asked a million times.

    "0402 123 456", "61402123456" and "+61 (0) 402 123 456" are all "+61402123456".
    """
    digits = re.sub(r"\D", "", phone)
    return "+61" + digits.removeprefix("61").removeprefix("0")


def sample(count: int, *, seed: int, every: int) -> Iterator[LabelledPerson]:
    """Every so-manyth of the same people, to ask about."""
    for number, person in enumerate(stream_people(count, seed=seed)):
        if number % every == 0:
            yield person
