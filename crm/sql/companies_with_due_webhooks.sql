-- reverse: DROP FUNCTION IF EXISTS companies_with_due_webhooks()
-- The companies whose webhooks the sweep must visit: ids only, so nothing of a company leaks.
-- Due is an active endpoint that is not held back and has events before it, or a message due; and
-- any with a test (which has no position).
CREATE OR REPLACE FUNCTION companies_with_due_webhooks() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT endpoint.company_id
      FROM crm_webhookendpoint endpoint
     WHERE EXISTS (SELECT FROM crm_webhookmessage test
                    WHERE test.endpoint_id = endpoint.id AND test.state = 'waiting'
                      AND test.next_at <= now() AND test.position IS NULL)
        OR endpoint.state = 'active'
       AND (endpoint.slow_until IS NULL OR endpoint.slow_until <= now())
       AND (EXISTS (SELECT FROM crm_changeevent event
                     WHERE event.company_id = endpoint.company_id AND event.position IS NULL)
            OR EXISTS (SELECT FROM crm_changefeed feed
                        WHERE feed.company_id = endpoint.company_id
                          AND feed.last_position > endpoint.position)
            OR EXISTS (SELECT FROM crm_webhookmessage message
                        WHERE message.endpoint_id = endpoint.id AND message.state = 'waiting'
                          AND message.next_at <= now()))
$$;
REVOKE ALL ON FUNCTION companies_with_due_webhooks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_due_webhooks() TO crm_app;
