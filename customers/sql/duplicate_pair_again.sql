-- reverse: DROP FUNCTION IF EXISTS duplicate_pair_again(uuid[])
-- Into duplicate_pair: each of these customers with whom it shares a key that few enough hold.
CREATE OR REPLACE FUNCTION duplicate_pair_again(wanted uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '64MB'
SET enable_seqscan = off SET client_min_messages = warning AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    pairs bigint;
BEGIN
    DROP TABLE IF EXISTS pg_temp.duplicate_pair;
    CREATE TEMPORARY TABLE duplicate_pair ON COMMIT DROP AS
    SELECT DISTINCT least(asking.number, holder) AS l, greatest(asking.number, holder) AS r
      FROM (SELECT held.key, array_agg(held.number) AS numbers
              FROM (SELECT unnest(record.keys) AS key, record.number
                      FROM customers_matchrecord record
                     WHERE record.customer_id = ANY (wanted) AND record.company_id = company) held
             GROUP BY held.key) sought,
           LATERAL (SELECT array_agg(number) AS holders
                      FROM duplicate_holders(company, sought.key,
                                             duplicate_key_cap(sought.key) + 1) number) met,
           LATERAL unnest(sought.numbers) asking (number),
           LATERAL unnest(met.holders) holder
     WHERE cardinality(met.holders) <= duplicate_key_cap(sought.key)
       AND holder <> asking.number;
    GET DIAGNOSTICS pairs = ROW_COUNT;
    ANALYZE duplicate_pair;
    RETURN pairs;
END $$;
REVOKE ALL ON FUNCTION duplicate_pair_again(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_pair_again(uuid[]) TO crm_app;
