-- reverse: DROP FUNCTION IF EXISTS search_refresh_phones(uuid[])
-- Makes the searchable phones of these customers what the customers' own rows say. The rows are
-- read by their ids before anything else is asked of them (OFFSET 0): before the first ANALYZE the
-- planner thinks that an index of active customers is tiny, and would walk all of it.
CREATE OR REPLACE FUNCTION search_refresh_phones(customer_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    WITH wanted AS MATERIALIZED (
        SELECT customer.company_id, customer.id, substr(point.value, 2) AS digits,
               (customer.last_activity_at AT TIME ZONE 'UTC')::date AS last_activity
          FROM (SELECT * FROM customers_customer
                 WHERE id = ANY (customer_ids) OFFSET 0) customer
          JOIN customers_contactpoint point ON point.customer_id = customer.id
         WHERE customer.record_state = 'active' AND point.kind = 'phone'),
    gone AS (
        DELETE FROM customers_searchphone stored
         WHERE stored.subject_id = ANY (customer_ids)
           AND NOT EXISTS (SELECT FROM wanted
                            WHERE wanted.id = stored.subject_id
                              AND wanted.digits = stored.digits))
    INSERT INTO customers_searchphone AS stored
           (company_id, subject_kind, subject_id, digits, last_activity)
    SELECT company_id, 'c', id, digits, last_activity FROM wanted
        ON CONFLICT (subject_id, digits) DO UPDATE
       SET last_activity = EXCLUDED.last_activity
     WHERE stored.last_activity <> EXCLUDED.last_activity;
END $$;
REVOKE ALL ON FUNCTION search_refresh_phones(uuid[]) FROM PUBLIC;
