-- reverse: DROP FUNCTION IF EXISTS next_customer_codes(integer)
-- The next codes of the current company, such as CUS-000123. Sequences never wait and never give
-- a number twice; a rolled-back transaction leaves a gap.
CREATE OR REPLACE FUNCTION next_customer_codes(how_many integer) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    codes regclass := 'customer_code_' || current_setting('crm.company_id');
BEGIN
    RETURN QUERY
    SELECT 'CUS-' || lpad(number::text, greatest(6, length(number::text)), '0')
      FROM (SELECT nextval(codes) AS number FROM generate_series(1, how_many)) numbers;
END $$;
REVOKE ALL ON FUNCTION next_customer_codes(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION next_customer_codes(integer) TO crm_app;
