-- reverse: DROP FUNCTION IF EXISTS companies_with_contact_imports()
-- The companies with imports of people that no worker is at: ids only, so nothing leaks.
CREATE OR REPLACE FUNCTION companies_with_contact_imports() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT company.id
      FROM crm_company company
     WHERE EXISTS (SELECT FROM customers_contactimport import
                    WHERE import.company_id = company.id
                      AND import.state IN ('waiting', 'running', 'undoing')
                      AND (import.heartbeat_at IS NULL
                           OR import.heartbeat_at < now() - interval '1 minute'))
$$;
REVOKE ALL ON FUNCTION companies_with_contact_imports() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_contact_imports() TO crm_app;
