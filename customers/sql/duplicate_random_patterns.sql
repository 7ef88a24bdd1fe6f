-- reverse: DROP FUNCTION IF EXISTS duplicate_random_patterns(integer)
-- How often each pattern comes up among pairs of the company's records taken at random (the same
-- ones each time): what two strangers have in common.
CREATE OR REPLACE FUNCTION duplicate_random_patterns(how_many integer)
RETURNS TABLE (pattern bigint, pairs bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '128MB' AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    -- A sample in random order; each is compared with the next few behind it.
    sample constant bigint[] := ARRAY(
        SELECT number FROM customers_matchrecord WHERE company_id = company
         ORDER BY hashint8extended(number, 7), number LIMIT how_many);
    size constant integer := cardinality(sample);
    steps constant integer := least(greatest(how_many / greatest(size, 1), 1), (size - 1) / 2);
BEGIN
    RETURN QUERY
    SELECT duplicate_pattern(a, b), count(*)
      FROM generate_series(1, steps) step
     CROSS JOIN unnest(sample) WITH ORDINALITY one (number, place)
      JOIN customers_matchrecord a ON a.number = one.number
      JOIN customers_matchrecord b
        ON b.number = sample[(one.place + step - 1) % size + 1]
     GROUP BY 1;
END $$;
REVOKE ALL ON FUNCTION duplicate_random_patterns(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_random_patterns(integer) TO crm_app;
