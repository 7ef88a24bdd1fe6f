-- reverse: DROP FUNCTION IF EXISTS search_refresh_phones(uuid[])
-- Makes the searchable phones of these customers what the customers' own rows say.
CREATE OR REPLACE FUNCTION search_refresh_phones(customer_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM customers_searchphone stored
     WHERE stored.subject_id = ANY (customer_ids)
       AND NOT EXISTS (
           SELECT FROM customers_contactpoint point
             JOIN customers_customer customer ON customer.id = point.customer_id
            WHERE point.customer_id = stored.subject_id AND point.kind = 'phone'
              AND point.value = '+' || stored.digits AND customer.record_state = 'active');

    INSERT INTO customers_searchphone AS stored
           (company_id, subject_kind, subject_id, digits, last_activity)
    SELECT customer.company_id, 'c', customer.id, substr(point.value, 2),
           (customer.last_activity_at AT TIME ZONE 'UTC')::date
      FROM customers_customer customer
      JOIN customers_contactpoint point ON point.customer_id = customer.id
     WHERE customer.id = ANY (customer_ids) AND customer.record_state = 'active'
       AND point.kind = 'phone'
        ON CONFLICT (subject_id, digits) DO UPDATE
       SET last_activity = EXCLUDED.last_activity
     WHERE stored.last_activity <> EXCLUDED.last_activity;
END $$;
REVOKE ALL ON FUNCTION search_refresh_phones(uuid[]) FROM PUBLIC;
