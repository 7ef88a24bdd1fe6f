-- reverse: DROP FUNCTION IF EXISTS search_rebuild(bigint)
-- Everything of a company's customers anew, set-based: after a bulk load that ran with the
-- triggers search_follow_* disabled. Only the owner may call it. Leads without a customer have
-- search_rebuild_leads.
CREATE OR REPLACE FUNCTION search_rebuild(company bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM customers_searchphone WHERE company_id = company AND subject_kind = 'c';
    DELETE FROM customers_searchdocument WHERE company_id = company AND subject_kind = 'c';
    INSERT INTO customers_searchphone (company_id, subject_kind, subject_id, digits, last_activity)
    SELECT customer.company_id, 'c', customer.id, substr(point.value, 2),
           (customer.last_activity_at AT TIME ZONE 'UTC')::date
      FROM customers_contactpoint point
      JOIN customers_customer customer ON customer.id = point.customer_id
     WHERE customer.company_id = company AND customer.record_state = 'active'
       AND point.kind = 'phone';
    INSERT INTO customers_searchdocument
           (company_id, subject_kind, subject_id, words, last_activity)
    SELECT customer.company_id, 'c', customer.id,
           search_lexemes(company, customer.full_name, customer.code, emails.values),
           (customer.last_activity_at AT TIME ZONE 'UTC')::date
      FROM customers_customer customer
      LEFT JOIN (SELECT point.customer_id, array_agg(point.value::text) AS values
                   FROM customers_contactpoint point
                  WHERE point.company_id = company AND point.kind = 'email'
                  GROUP BY point.customer_id) emails ON emails.customer_id = customer.id
     WHERE customer.company_id = company AND customer.record_state = 'active';
    PERFORM search_learn_words(company, ARRAY(
        SELECT DISTINCT full_name FROM customers_customer
         WHERE company_id = company AND record_state = 'active'));
END $$;
REVOKE ALL ON FUNCTION search_rebuild(bigint) FROM PUBLIC;
