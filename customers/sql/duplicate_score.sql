-- reverse: DROP FUNCTION IF EXISTS duplicate_score(bigint[], float8[], text[], jsonb[])
-- From duplicate_compared into duplicate_scored: the pairs with one of these patterns, each with
-- what the model says of its pattern. Returns how many they are.
CREATE OR REPLACE FUNCTION duplicate_score(
    patterns bigint[], bits_of float8[], relations text[], evidences jsonb[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '128MB'
SET client_min_messages = warning AS $$
DECLARE
    scored bigint;
BEGIN
    DROP TABLE IF EXISTS pg_temp.duplicate_scored;
    CREATE TEMPORARY TABLE duplicate_scored ON COMMIT DROP AS
    SELECT least(a.customer_id, b.customer_id) AS left_id,
           greatest(a.customer_id, b.customer_id) AS right_id,
           said.bits, said.relation, said.evidence
      FROM unnest(patterns, bits_of, relations, evidences)
           said (pattern, bits, relation, evidence)
      JOIN duplicate_compared compared ON compared.pattern = said.pattern
      JOIN customers_matchrecord a ON a.number = compared.l
      JOIN customers_matchrecord b ON b.number = compared.r;
    GET DIAGNOSTICS scored = ROW_COUNT;
    EXECUTE format('GRANT SELECT ON duplicate_scored TO %I', session_user);
    RETURN scored;
END $$;
REVOKE ALL ON FUNCTION duplicate_score(bigint[], float8[], text[], jsonb[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_score(bigint[], float8[], text[], jsonb[]) TO crm_app;
