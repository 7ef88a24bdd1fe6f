-- reverse: DROP FUNCTION IF EXISTS companies_with_waiting_exports()
-- The companies with an export that no worker is at: ids only, so nothing of a company leaks.
CREATE OR REPLACE FUNCTION companies_with_waiting_exports() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT company_id FROM crm_exportjob
     WHERE state IN ('waiting', 'running')
       AND (heartbeat_at IS NULL OR heartbeat_at < now() - interval '5 minutes')
$$;
REVOKE ALL ON FUNCTION companies_with_waiting_exports() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_waiting_exports() TO crm_app;
