-- reverse: DROP FUNCTION IF EXISTS engagement_follow_orders() CASCADE
-- Orders were added or deleted: metrics and scores of their customers follow, once a statement.
-- A transaction may name the cause in the setting crm.score_cause; else the trigger's argument is it.
CREATE OR REPLACE FUNCTION engagement_follow_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    why text := coalesce(NULLIF(current_setting('crm.score_cause', true), ''), TG_ARGV[0]);
    companies bigint[];
    touched uuid[];
BEGIN
    SELECT array_agg(company_id), array_agg(customer_id) INTO companies, touched
      FROM written_rows WHERE customer_id IS NOT NULL AND is_counted;
    IF cardinality(touched) = 1 THEN
        PERFORM engagement_follow_one(companies[1], touched[1], why);
    ELSIF touched IS NOT NULL THEN
        touched := ARRAY(SELECT DISTINCT unnest(touched));
        PERFORM engagement_follow_many(companies, touched, touched, why);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION engagement_follow_orders() FROM PUBLIC;

DROP TRIGGER IF EXISTS engagement_follow_inserts ON scoring_order;
CREATE TRIGGER engagement_follow_inserts AFTER INSERT ON scoring_order
    REFERENCING NEW TABLE AS written_rows
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_follow_orders('order');
DROP TRIGGER IF EXISTS engagement_follow_deletes ON scoring_order;
CREATE TRIGGER engagement_follow_deletes AFTER DELETE ON scoring_order
    REFERENCING OLD TABLE AS written_rows
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_follow_orders('removal');
