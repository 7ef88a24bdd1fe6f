-- reverse: DROP FUNCTION IF EXISTS score_customers(uuid[], text, date)
-- Scores these customers of the company in crm.company_id from their orders; answers how many
-- rows changed. Other companies' ids are passed over.
CREATE OR REPLACE FUNCTION score_customers(customer_ids uuid[], why text,
                                           on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    own uuid[] := ARRAY(SELECT kept.customer_id FROM scoring_engagement kept
                         WHERE kept.customer_id = ANY (customer_ids)
                           AND kept.company_id = company);
BEGIN
    IF cardinality(own) = 0 THEN
        RETURN 0;
    END IF;
    PERFORM engagement_lock(company, own);
    RETURN engagement_refresh(company, own, why, on_day);
END $$;
REVOKE ALL ON FUNCTION score_customers(uuid[], text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_customers(uuid[], text, date) TO crm_app;
