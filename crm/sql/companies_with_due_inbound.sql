-- reverse: DROP FUNCTION IF EXISTS companies_with_due_inbound()
-- The companies whose inbox the sweep must visit: ids only, so nothing of a company leaks.
CREATE OR REPLACE FUNCTION companies_with_due_inbound() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT company.id
      FROM crm_company company
     WHERE EXISTS (SELECT FROM crm_inbounddelivery delivery
                    WHERE delivery.company_id = company.id AND delivery.due_at <= now()
                      AND delivery.state IN ('received', 'failed'))
$$;
REVOKE ALL ON FUNCTION companies_with_due_inbound() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_due_inbound() TO crm_app;
