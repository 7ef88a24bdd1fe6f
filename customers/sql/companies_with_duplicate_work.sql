-- reverse: DROP FUNCTION IF EXISTS companies_with_duplicate_work()
-- The active companies with customers to compare again, or a scan that no worker is at: ids only.
CREATE OR REPLACE FUNCTION companies_with_duplicate_work() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT company.id
      FROM crm_company company
     WHERE company.is_active
       AND (EXISTS (SELECT FROM customers_compareagain waiting
                     WHERE waiting.company_id = company.id)
            OR EXISTS (SELECT FROM customers_duplicatescan scan
                        WHERE scan.company_id = company.id
                          AND scan.state IN ('waiting', 'running')
                          AND (scan.heartbeat_at IS NULL
                               OR scan.heartbeat_at < now() - interval '30 minutes')))
$$;
REVOKE ALL ON FUNCTION companies_with_duplicate_work() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_duplicate_work() TO crm_app;
