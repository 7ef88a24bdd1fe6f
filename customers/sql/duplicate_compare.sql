-- reverse: DROP FUNCTION IF EXISTS duplicate_compare()
-- From duplicate_pair into duplicate_compared: the pattern of each pair; returns how often each
-- pattern came up.
CREATE OR REPLACE FUNCTION duplicate_compare() RETURNS TABLE (pattern bigint, pairs bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB'
SET client_min_messages = warning AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
BEGIN
    DROP TABLE IF EXISTS pg_temp.duplicate_compared;
    CREATE TEMPORARY TABLE duplicate_compared ON COMMIT DROP AS
    SELECT pair.l, pair.r, duplicate_pattern(a, b) AS pattern
      FROM duplicate_pair pair
      JOIN customers_matchrecord a ON a.number = pair.l
      JOIN customers_matchrecord b ON b.number = pair.r
     WHERE a.company_id = company AND b.company_id = company;
    ANALYZE duplicate_compared;
    RETURN QUERY SELECT compared.pattern, count(*) FROM duplicate_compared compared
                  GROUP BY compared.pattern;
END $$;
REVOKE ALL ON FUNCTION duplicate_compare() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_compare() TO crm_app;
