-- reverse: DROP FUNCTION IF EXISTS search_refresh_documents(uuid[])
-- Makes the search documents of these customers what the customers' own rows say.
CREATE OR REPLACE FUNCTION search_refresh_documents(customer_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM customers_searchdocument stored
     WHERE stored.subject_id = ANY (customer_ids)
       AND NOT EXISTS (SELECT FROM customers_customer customer
                        WHERE customer.id = stored.subject_id
                          AND customer.record_state = 'active');

    INSERT INTO customers_searchdocument AS stored
           (company_id, subject_kind, subject_id, words, last_activity)
    SELECT customer.company_id, 'c', customer.id,
           search_lexemes(customer.company_id, customer.full_name, customer.code,
                          ARRAY(SELECT point.value FROM customers_contactpoint point
                                 WHERE point.customer_id = customer.id AND point.kind = 'email')),
           (customer.last_activity_at AT TIME ZONE 'UTC')::date
      FROM customers_customer customer
     WHERE customer.id = ANY (customer_ids) AND customer.record_state = 'active'
        ON CONFLICT (subject_id) DO UPDATE
       SET words = EXCLUDED.words, last_activity = EXCLUDED.last_activity
     WHERE (stored.words, stored.last_activity)
           IS DISTINCT FROM (EXCLUDED.words, EXCLUDED.last_activity);
END $$;
REVOKE ALL ON FUNCTION search_refresh_documents(uuid[]) FROM PUBLIC;
