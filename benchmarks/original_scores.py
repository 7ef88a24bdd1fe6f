"""The original way of scoring, rebuilt from its description (S1.1, S1.5, S1.7, S1.8).

Scores stand on the wide profile row. A row trigger before each insert or update reads the
customer's metrics and works the score out; a second one after it keeps an audit row of the change;
and everybody is scored again by touching all rows. Ordinary tables in a schema of their own, with
the indexes that its lists have reason to have: by score, by points and by name.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

TOUCH_ALL = "UPDATE original.customer_profiles SET updated_at = now()"
_TABLES = """
CREATE SCHEMA original;
CREATE TABLE original.customer_engagement_metrics AS
SELECT customer_id, orders AS lifetime_orders, tickets AS lifetime_tickets,
       gross AS lifetime_gross, net AS lifetime_net, first_order_at AS first_seen_at,
       last_order_at, 'e-1044' AS most_recent_event_id,
       'Tuesday night at the Enmore' AS most_recent_event_name, 'Enmore' AS preferred_venue
  FROM scoring_engagement WHERE company_id = {company};
ALTER TABLE original.customer_engagement_metrics ADD PRIMARY KEY (customer_id);
CREATE TABLE original.customer_profiles AS
SELECT id, given_name AS first_name, family_name AS last_name,
       full_name AS canonical_full_name, NULL::date AS date_of_birth, true AS marketing_opt_in,
       false AS do_not_contact, false AS vip, NULL::text AS notes, NULL::integer AS lead_score,
       NULL::integer AS rfm_recency, NULL::integer AS rfm_frequency,
       NULL::numeric AS rfm_monetary, NULL::timestamptz AS last_scored_at, created_at, updated_at
  FROM customers_customer WHERE company_id = {company};
ALTER TABLE original.customer_profiles ADD PRIMARY KEY (id);
CREATE INDEX ON original.customer_profiles (lead_score DESC);
CREATE INDEX ON original.customer_profiles (rfm_recency, rfm_frequency, rfm_monetary);
CREATE INDEX ON original.customer_profiles (canonical_full_name);
"""
_SCORE = """
CREATE FUNCTION original.score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    orders integer; net numeric; days integer; r integer; f integer; m integer;
BEGIN
    SELECT coalesce(lifetime_orders, 0), coalesce(lifetime_net, 0),
           coalesce(extract(day FROM now() - last_order_at)::integer, 999)
      INTO orders, net, days
      FROM original.customer_engagement_metrics WHERE customer_id = NEW.id;
    r := CASE WHEN days <= 30 THEN 5 WHEN days <= 60 THEN 4 WHEN days <= 90 THEN 3
              WHEN days <= 180 THEN 2 ELSE 1 END;
    f := CASE WHEN orders >= 10 THEN 5 WHEN orders >= 5 THEN 4 WHEN orders >= 3 THEN 3
              WHEN orders >= 1 THEN 2 ELSE 1 END;
    m := CASE WHEN net >= 1000 THEN 5 WHEN net >= 500 THEN 4 WHEN net >= 200 THEN 3
              WHEN net >= 50 THEN 2 ELSE 1 END;
    NEW.rfm_recency := r; NEW.rfm_frequency := f; NEW.rfm_monetary := m;
    NEW.lead_score := 3 * r + 2 * f + m; NEW.last_scored_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER score BEFORE INSERT OR UPDATE ON original.customer_profiles
    FOR EACH ROW EXECUTE FUNCTION original.score();
"""
_AUDIT = """
CREATE TABLE original.audit_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), table_name text, record_id uuid, operation text,
    changed_by text, changed_by_type text, old_data jsonb, new_data jsonb, changed_fields text[],
    created_at timestamptz DEFAULT now());
CREATE INDEX ON original.audit_logs (table_name, record_id);
CREATE FUNCTION original.audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD); after jsonb := to_jsonb(NEW);
BEGIN
    INSERT INTO original.audit_logs (table_name, record_id, operation, changed_by,
                                     changed_by_type, old_data, new_data, changed_fields)
    VALUES (TG_TABLE_NAME, NEW.id, TG_OP, current_user, 'trigger', before, after,
            ARRAY(SELECT key FROM jsonb_each(after) WHERE before -> key IS DISTINCT FROM value));
    RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER UPDATE ON original.customer_profiles
    FOR EACH ROW EXECUTE FUNCTION original.audit();
"""


@contextmanager
def original_tables(owner: psycopg.Connection, company: int) -> Iterator[None]:
    """A company's profiles as the original kept them, without its audit; dropped at the end."""
    owner.execute(_TABLES.replace("{company}", str(company)).encode())
    owner.execute(_SCORE.encode())
    vacuum_original(owner)
    try:
        yield
    finally:
        owner.execute("DROP SCHEMA original CASCADE")


def add_audit(owner: psycopg.Connection) -> None:
    """From now on each changed row leaves an audit row, as in the original."""
    owner.execute(_AUDIT.encode())


def vacuum_original(owner: psycopg.Connection) -> None:
    """What autovacuum does between two touches of all rows."""
    owner.execute("VACUUM (ANALYZE) original.customer_profiles")
    owner.execute("VACUUM (ANALYZE) original.customer_engagement_metrics")
