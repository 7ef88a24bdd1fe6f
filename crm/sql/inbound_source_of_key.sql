-- reverse: DROP FUNCTION IF EXISTS inbound_source_of_key(text)
-- Which company and source a hook's path names, before row-level security knows the company.
-- Ids only: the secret is compared by whoever asked, inside that company.
CREATE OR REPLACE FUNCTION inbound_source_of_key(the_key text)
RETURNS TABLE (company_id bigint, source_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT source.company_id, source.id
      FROM crm_inboundsource source
      JOIN crm_company company ON company.id = source.company_id
     WHERE source.key = the_key AND source.is_active AND company.is_active
$$;
REVOKE ALL ON FUNCTION inbound_source_of_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inbound_source_of_key(text) TO crm_app;
