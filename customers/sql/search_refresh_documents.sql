-- reverse: DROP FUNCTION IF EXISTS search_refresh_documents(uuid[])
-- Makes the search documents of these customers what the customers' own rows say. The rows are
-- read by their ids first, as in search_refresh_phones.
CREATE OR REPLACE FUNCTION search_refresh_documents(customer_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    WITH wanted AS MATERIALIZED (
        SELECT customer.company_id, customer.id,
               search_lexemes(
                   customer.company_id, customer.full_name, customer.code,
                   ARRAY(SELECT point.value FROM customers_contactpoint point
                          WHERE point.customer_id = customer.id AND point.kind = 'email')) AS words,
               (customer.last_activity_at AT TIME ZONE 'UTC')::date AS last_activity
          FROM (SELECT * FROM customers_customer
                 WHERE id = ANY (customer_ids) OFFSET 0) customer
         WHERE customer.record_state = 'active'),
    gone AS (
        DELETE FROM customers_searchdocument stored
         WHERE stored.subject_id = ANY (customer_ids)
           AND NOT EXISTS (SELECT FROM wanted WHERE wanted.id = stored.subject_id))
    INSERT INTO customers_searchdocument AS stored
           (company_id, subject_kind, subject_id, words, last_activity)
    SELECT company_id, 'c', id, words, last_activity FROM wanted
        ON CONFLICT (subject_id) DO UPDATE
       SET words = EXCLUDED.words, last_activity = EXCLUDED.last_activity
     WHERE (stored.words, stored.last_activity)
           IS DISTINCT FROM (EXCLUDED.words, EXCLUDED.last_activity);
END $$;
REVOKE ALL ON FUNCTION search_refresh_documents(uuid[]) FROM PUBLIC;
