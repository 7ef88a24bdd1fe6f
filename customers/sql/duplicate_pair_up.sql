-- reverse: DROP FUNCTION IF EXISTS duplicate_pair_up()
-- Into duplicate_pair: every two records of the company that share a key which few enough hold.
CREATE OR REPLACE FUNCTION duplicate_pair_up() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '384MB'
SET client_min_messages = warning AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    pairs bigint;
BEGIN
    DROP TABLE IF EXISTS pg_temp.duplicate_pair;
    CREATE TEMPORARY TABLE duplicate_pair ON COMMIT DROP AS
    SELECT DISTINCT l, r
      FROM (SELECT array_agg(number ORDER BY number) AS members
              FROM (SELECT unnest(keys) AS key, number FROM customers_matchrecord
                     WHERE company_id = company) held
             GROUP BY key
            HAVING count(*) > 1 AND count(*) <= duplicate_key_cap(key)) shared,
           LATERAL unnest(members) WITH ORDINALITY first (l, i),
           LATERAL unnest(members[i + 1:]) r
     WHERE l < r;
    GET DIAGNOSTICS pairs = ROW_COUNT;
    ANALYZE duplicate_pair;
    RETURN pairs;
END $$;
REVOKE ALL ON FUNCTION duplicate_pair_up() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_pair_up() TO crm_app;
