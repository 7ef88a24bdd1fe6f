-- reverse: DROP FUNCTION IF EXISTS duplicate_recount_values(uuid[])
-- Some customers changed (`wanted`; duplicate_normal has them as they are now): how many hold their
-- phones and e-mails, those of before too, is counted again. Returns the other customers whose
-- phone or e-mail is thereby somebody's own, a family's or public in another way than before. How
-- common names and places are is counted in full scans only; it moves slowly.
CREATE OR REPLACE FUNCTION duplicate_recount_values(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET client_min_messages = warning AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    enough constant integer := 50;  -- more holders make no difference
BEGIN
    DROP TABLE IF EXISTS pg_temp.duplicate_recounted;
    CREATE TEMPORARY TABLE duplicate_recounted ON COMMIT DROP AS
    WITH touched AS (
        SELECT 'phone' AS kind, phone AS value FROM duplicate_normal, unnest(phones) phone
        UNION SELECT 'email', email FROM duplicate_normal, unnest(emails) email
        UNION SELECT 'phone', phone FROM customers_matchrecord record, unnest(record.phones) phone
               WHERE record.customer_id = ANY (wanted) AND record.company_id = company
        UNION SELECT 'email', email FROM customers_matchrecord record, unnest(record.emails) email
               WHERE record.customer_id = ANY (wanted) AND record.company_id = company),
    held AS (
        SELECT touched.kind, touched.value, record.customer_id, left(record.given, 1) AS initial,
               duplicate_initials(record.given, record.family) AS initials
          FROM touched, LATERAL duplicate_holders(company, duplicate_key(
                   company, CASE touched.kind WHEN 'phone' THEN 1 ELSE 2 END, touched.value),
                   enough + cardinality(wanted)) holder
          JOIN customers_matchrecord record ON record.number = holder
         WHERE record.customer_id <> ALL (wanted)
        UNION ALL
        SELECT 'phone', phone, customer_id, left(given, 1), duplicate_initials(given, family)
          FROM duplicate_normal, unnest(phones) phone
        UNION ALL
        SELECT 'email', email, customer_id, left(given, 1), duplicate_initials(given, family)
          FROM duplicate_normal, unnest(emails) email)
    SELECT touched.kind, touched.value, common.level AS before,
           CASE WHEN count(held.customer_id) > 2
                 AND coalesce(nullif(count(DISTINCT held.initials), 0),
                              count(DISTINCT held.initial)) > 1
                THEN CASE WHEN count(held.customer_id) <= 6 THEN 5 ELSE 3 END END AS level,
           (array_agg(held.customer_id) FILTER (WHERE held.customer_id <> ALL (wanted)))[:enough]
               AS others
      FROM touched
      LEFT JOIN held USING (kind, value)
      LEFT JOIN customers_commonvalue common ON common.company_id = company
            AND common.kind = touched.kind AND common.value = touched.value
     GROUP BY touched.kind, touched.value, common.level;
    DELETE FROM customers_commonvalue common
     USING duplicate_recounted recounted
     WHERE common.company_id = company AND common.kind = recounted.kind
       AND common.value = recounted.value AND recounted.level IS NULL;
    INSERT INTO customers_commonvalue AS common (company_id, kind, value, level)
    SELECT company, kind, value, level FROM duplicate_recounted WHERE level IS NOT NULL
        ON CONFLICT (company_id, kind, value) DO UPDATE SET level = excluded.level
     WHERE common.level <> excluded.level;
    RETURN QUERY SELECT DISTINCT unnest(others) FROM duplicate_recounted
                  WHERE before IS DISTINCT FROM level;
END $$;
REVOKE ALL ON FUNCTION duplicate_recount_values(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_recount_values(uuid[]) TO crm_app;
