-- reverse: DROP FUNCTION IF EXISTS duplicate_make_raw()
-- An empty table, until the commit, of records as they are typed. Whoever calls fills it.
CREATE OR REPLACE FUNCTION duplicate_make_raw() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET client_min_messages = warning AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.duplicate_raw;
    CREATE TEMPORARY TABLE duplicate_raw (
        customer_id uuid, given_name text, middle_name text, family_name text,
        birthday text, address text, city text, postcode text, region text, organisation text,
        occupation text, phones text[], emails text[]) ON COMMIT DROP;
    EXECUTE format('GRANT INSERT, SELECT ON duplicate_raw TO %I', session_user);
END $$;
REVOKE ALL ON FUNCTION duplicate_make_raw() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_make_raw() TO crm_app;
