-- reverse: DROP FUNCTION IF EXISTS search_follow_leads() CASCADE
-- Leads were written: the search rows of those without a customer follow, once a statement.
CREATE OR REPLACE FUNCTION search_follow_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed uuid[];
    named record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        changed := ARRAY(SELECT id FROM new_rows WHERE customer_id IS NULL);
    ELSIF TG_OP = 'DELETE' THEN
        changed := ARRAY(SELECT id FROM old_rows WHERE customer_id IS NULL);
    ELSE
        changed := ARRAY(
            SELECT new_row.id
              FROM new_rows new_row
              JOIN old_rows old_row USING (id)
             WHERE (new_row.customer_id IS NULL OR old_row.customer_id IS NULL)
               AND (new_row.customer_id, new_row.full_name, new_row.phone, new_row.phone_as_typed,
                    new_row.email, (new_row.last_activity_at AT TIME ZONE 'UTC')::date)
                   IS DISTINCT FROM
                   (old_row.customer_id, old_row.full_name, old_row.phone, old_row.phone_as_typed,
                    old_row.email, (old_row.last_activity_at AT TIME ZONE 'UTC')::date));
    END IF;
    IF cardinality(changed) = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM search_refresh_leads(changed);
    IF TG_OP <> 'DELETE' THEN
        FOR named IN SELECT new_row.company_id, array_agg(new_row.full_name) AS names
                       FROM new_rows new_row
                      WHERE new_row.id = ANY (changed) AND new_row.customer_id IS NULL
                      GROUP BY new_row.company_id
        LOOP
            PERFORM search_learn_words(named.company_id, named.names);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION search_follow_leads() FROM PUBLIC;

DROP TRIGGER IF EXISTS search_follow_inserts ON leads_lead;
CREATE TRIGGER search_follow_inserts AFTER INSERT ON leads_lead
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_leads();
DROP TRIGGER IF EXISTS search_follow_updates ON leads_lead;
CREATE TRIGGER search_follow_updates AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_leads();
DROP TRIGGER IF EXISTS search_follow_deletes ON leads_lead;
CREATE TRIGGER search_follow_deletes AFTER DELETE ON leads_lead
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_leads();
