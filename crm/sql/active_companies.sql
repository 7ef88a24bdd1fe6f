-- reverse: DROP FUNCTION IF EXISTS active_companies()
-- Every active company's id, for jobs that run once for each.
CREATE OR REPLACE FUNCTION active_companies() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT company.id FROM crm_company company WHERE company.is_active ORDER BY company.id
$$;
REVOKE ALL ON FUNCTION active_companies() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION active_companies() TO crm_app;
