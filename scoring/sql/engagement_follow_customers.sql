-- reverse: DROP FUNCTION IF EXISTS engagement_follow_customers() CASCADE
-- Every customer has an engagement row from the statement on that creates them.
CREATE OR REPLACE FUNCTION engagement_follow_customers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    company bigint;
BEGIN
    FOR company IN SELECT DISTINCT company_id FROM new_rows ORDER BY company_id LOOP
        PERFORM pg_advisory_xact_lock_shared(hashtext('scoring'), company::integer);
        INSERT INTO scoring_engagement
               (company_id, customer_id, is_live, orders, tickets, gross, net,
                recency, frequency, monetary, score, band, base_score, cause)
        SELECT company, created.id, created.record_state = 'active', 0, 0, 0, 0,
               nothing.recency, nothing.frequency, nothing.monetary, nothing.score, nothing.band,
               nothing.score, ''
          FROM new_rows created, score_of(company, NULL, 0, 0, NULL) nothing
         WHERE created.company_id = company;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION engagement_follow_customers() FROM PUBLIC;

DROP TRIGGER IF EXISTS engagement_begins ON customers_customer;
CREATE TRIGGER engagement_begins AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_follow_customers();
