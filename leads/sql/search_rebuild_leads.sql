-- reverse: DROP FUNCTION IF EXISTS search_rebuild_leads(bigint)
-- The search rows of a company's leads without a customer anew, after a bulk load that ran with
-- the triggers search_follow_* disabled. Only the owner may call it.
CREATE OR REPLACE FUNCTION search_rebuild_leads(company bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM customers_searchphone WHERE company_id = company AND subject_kind = 'l';
    DELETE FROM customers_searchdocument WHERE company_id = company AND subject_kind = 'l';
    PERFORM search_refresh_leads(ARRAY(
        SELECT id FROM leads_lead WHERE company_id = company AND customer_id IS NULL));
    PERFORM search_learn_words(company, ARRAY(
        SELECT DISTINCT full_name FROM leads_lead
         WHERE company_id = company AND customer_id IS NULL));
END $$;
REVOKE ALL ON FUNCTION search_rebuild_leads(bigint) FROM PUBLIC;
