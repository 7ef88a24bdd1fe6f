-- reverse: DROP FUNCTION IF EXISTS search_follow_contact_points() CASCADE
-- Phones or e-mails were written: the search rows of their customers follow, once a statement.
-- The customers are locked first (in the order of their ids), so that of two transactions that
-- change the same customer the second computes with what the first has written.
CREATE OR REPLACE FUNCTION search_follow_contact_points() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    phones_of uuid[];
    emails_of uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        phones_of := ARRAY(SELECT DISTINCT customer_id FROM new_rows WHERE kind = 'phone');
        emails_of := ARRAY(SELECT DISTINCT customer_id FROM new_rows WHERE kind = 'email');
    ELSIF TG_OP = 'DELETE' THEN
        phones_of := ARRAY(SELECT DISTINCT customer_id FROM old_rows WHERE kind = 'phone');
        emails_of := ARRAY(SELECT DISTINCT customer_id FROM old_rows WHERE kind = 'email');
    ELSE
        WITH moved AS (
            SELECT old_row.kind AS old_kind, old_row.customer_id AS old_customer,
                   new_row.kind AS new_kind, new_row.customer_id AS new_customer
              FROM old_rows old_row
              JOIN new_rows new_row USING (id)
             WHERE (old_row.customer_id, old_row.kind, old_row.value)
                   IS DISTINCT FROM (new_row.customer_id, new_row.kind, new_row.value)),
        touched AS (
            SELECT old_kind AS kind, old_customer AS customer_id FROM moved
             UNION SELECT new_kind, new_customer FROM moved)
        SELECT coalesce(array_agg(customer_id) FILTER (WHERE kind = 'phone'), '{}'),
               coalesce(array_agg(customer_id) FILTER (WHERE kind = 'email'), '{}')
          INTO phones_of, emails_of
          FROM touched;
    END IF;
    IF cardinality(phones_of || emails_of) = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM FROM customers_customer
      WHERE id = ANY (phones_of || emails_of) ORDER BY id FOR NO KEY UPDATE;
    IF cardinality(phones_of) > 0 THEN
        PERFORM search_refresh_phones(phones_of);
    END IF;
    IF cardinality(emails_of) > 0 THEN
        PERFORM search_refresh_documents(emails_of);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION search_follow_contact_points() FROM PUBLIC;

DROP TRIGGER IF EXISTS search_follow_inserts ON customers_contactpoint;
CREATE TRIGGER search_follow_inserts AFTER INSERT ON customers_contactpoint
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_contact_points();
DROP TRIGGER IF EXISTS search_follow_updates ON customers_contactpoint;
CREATE TRIGGER search_follow_updates AFTER UPDATE ON customers_contactpoint
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_contact_points();
DROP TRIGGER IF EXISTS search_follow_deletes ON customers_contactpoint;
CREATE TRIGGER search_follow_deletes AFTER DELETE ON customers_contactpoint
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_contact_points();
