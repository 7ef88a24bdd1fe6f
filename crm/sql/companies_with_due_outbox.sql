-- reverse: DROP FUNCTION IF EXISTS companies_with_due_outbox()
-- The companies that the sweep must visit: ids only, so nothing of a company leaks.
CREATE OR REPLACE FUNCTION companies_with_due_outbox() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT company.id
      FROM crm_company company
     WHERE EXISTS (SELECT FROM crm_outboxevent event
                    WHERE event.company_id = company.id AND event.due_at <= now()
                      AND event.done_at IS NULL AND event.dead_at IS NULL)
$$;
REVOKE ALL ON FUNCTION companies_with_due_outbox() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_due_outbox() TO crm_app;
