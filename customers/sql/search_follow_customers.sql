-- reverse: DROP FUNCTION IF EXISTS search_follow_customers() CASCADE
-- Customers were written: their search rows follow, once a statement, however many rows it has.
CREATE OR REPLACE FUNCTION search_follow_customers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed uuid[];
    renamed record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        changed := ARRAY(SELECT id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        changed := ARRAY(SELECT id FROM old_rows);
    ELSE
        changed := ARRAY(
            SELECT new_row.id
              FROM new_rows new_row
              JOIN old_rows old_row USING (id)
             WHERE (new_row.full_name, new_row.code, new_row.record_state,
                    (new_row.last_activity_at AT TIME ZONE 'UTC')::date)
                   IS DISTINCT FROM
                   (old_row.full_name, old_row.code, old_row.record_state,
                    (old_row.last_activity_at AT TIME ZONE 'UTC')::date));
    END IF;
    IF cardinality(changed) = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM search_refresh_documents(changed);
    IF TG_OP <> 'INSERT' THEN  -- a new customer has no phones yet
        PERFORM search_refresh_phones(changed);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        FOR renamed IN SELECT new_row.company_id, array_agg(new_row.full_name) AS names
                         FROM new_rows new_row
                        WHERE new_row.id = ANY (changed)
                        GROUP BY new_row.company_id
        LOOP
            PERFORM search_learn_words(renamed.company_id, renamed.names);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION search_follow_customers() FROM PUBLIC;

DROP TRIGGER IF EXISTS search_follow_inserts ON customers_customer;
CREATE TRIGGER search_follow_inserts AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_customers();
DROP TRIGGER IF EXISTS search_follow_updates ON customers_customer;
CREATE TRIGGER search_follow_updates AFTER UPDATE ON customers_customer
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_customers();
DROP TRIGGER IF EXISTS search_follow_deletes ON customers_customer;
CREATE TRIGGER search_follow_deletes AFTER DELETE ON customers_customer
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_customers();
