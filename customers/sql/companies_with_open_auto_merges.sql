-- reverse: DROP FUNCTION IF EXISTS companies_with_open_auto_merges()
-- The companies with runs of auto-merge that no worker is at: ids only.
CREATE OR REPLACE FUNCTION companies_with_open_auto_merges() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT run.company_id
      FROM customers_automergerun run
     WHERE run.state IN ('waiting', 'running')
       AND (run.heartbeat_at IS NULL OR run.heartbeat_at < now() - interval '1 minute')
$$;
REVOKE ALL ON FUNCTION companies_with_open_auto_merges() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_open_auto_merges() TO crm_app;
