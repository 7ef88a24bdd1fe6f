-- reverse: DROP FUNCTION IF EXISTS search_refresh_leads(uuid[])
-- Makes the search rows of these leads what the leads say: only a lead without a customer has
-- any. Where the phone could not be read as a number, the digits that were typed are kept. The
-- rows are read by their ids first, as in search_refresh_phones of the customers.
CREATE OR REPLACE FUNCTION search_refresh_leads(lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    WITH wanted AS MATERIALIZED (
        SELECT lead.company_id, lead.id,
               search_lead_digits(lead.phone, lead.phone_as_typed) AS digits,
               (lead.last_activity_at AT TIME ZONE 'UTC')::date AS last_activity
          FROM (SELECT * FROM leads_lead WHERE id = ANY (lead_ids) OFFSET 0) lead
         WHERE lead.customer_id IS NULL),
    gone AS (
        DELETE FROM customers_searchphone stored
         WHERE stored.subject_id = ANY (lead_ids)
           AND NOT EXISTS (SELECT FROM wanted
                            WHERE wanted.id = stored.subject_id
                              AND wanted.digits = stored.digits))
    INSERT INTO customers_searchphone AS stored
           (company_id, subject_kind, subject_id, digits, last_activity)
    SELECT company_id, 'l', id, digits, last_activity FROM wanted WHERE digits IS NOT NULL
        ON CONFLICT (subject_id, digits) DO UPDATE
       SET last_activity = EXCLUDED.last_activity
     WHERE stored.last_activity <> EXCLUDED.last_activity;

    WITH wanted AS MATERIALIZED (
        SELECT lead.company_id, lead.id,
               search_lexemes(lead.company_id, lead.full_name, '', ARRAY[lead.email::text])
                   AS words,
               (lead.last_activity_at AT TIME ZONE 'UTC')::date AS last_activity
          FROM (SELECT * FROM leads_lead WHERE id = ANY (lead_ids) OFFSET 0) lead
         WHERE lead.customer_id IS NULL),
    gone AS (
        DELETE FROM customers_searchdocument stored
         WHERE stored.subject_id = ANY (lead_ids)
           AND NOT EXISTS (SELECT FROM wanted WHERE wanted.id = stored.subject_id))
    INSERT INTO customers_searchdocument AS stored
           (company_id, subject_kind, subject_id, words, last_activity)
    SELECT company_id, 'l', id, words, last_activity FROM wanted
        ON CONFLICT (subject_id) DO UPDATE
       SET words = EXCLUDED.words, last_activity = EXCLUDED.last_activity
     WHERE (stored.words, stored.last_activity)
           IS DISTINCT FROM (EXCLUDED.words, EXCLUDED.last_activity);
END $$;
REVOKE ALL ON FUNCTION search_refresh_leads(uuid[]) FROM PUBLIC;
