-- reverse: DROP FUNCTION IF EXISTS get_customer_by_hash_id(text)
-- The live customer behind a stable hash that another system keeps: a merged record's hash leads to
-- its survivor. Nothing for an unknown hash, a deleted customer, or another company's.
CREATE OR REPLACE FUNCTION get_customer_by_hash_id(the_hash text)
RETURNS TABLE (
    customer_id uuid, code text, stable_hash_id text, full_name text, given_name text,
    family_name text, name_is_placeholder boolean, phone text, email text, address_line text,
    city text, postcode text, country text, birthday date, language text, preferred_contact text,
    lifecycle_stage text, version integer, updated_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    found_id uuid;
BEGIN
    SELECT record.id INTO found_id FROM customers_customer record
     WHERE record.company_id = company AND record.stable_hash_id = the_hash;
    IF found_id IS NOT NULL THEN
        RETURN QUERY SELECT * FROM live_customer(surviving_customer(found_id));
    END IF;
END $$;
REVOKE ALL ON FUNCTION get_customer_by_hash_id(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_customer_by_hash_id(text) TO crm_app;
