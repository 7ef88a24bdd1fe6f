-- reverse: DROP FUNCTION IF EXISTS search_refresh_leads(uuid[])
-- Makes the search rows of these leads what the leads say: only a lead without a customer has
-- any. Where the phone could not be read as a number, the digits that were typed are kept.
CREATE OR REPLACE FUNCTION search_refresh_leads(lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM customers_searchphone stored
     WHERE stored.subject_id = ANY (lead_ids)
       AND NOT EXISTS (SELECT FROM leads_lead lead
                        WHERE lead.id = stored.subject_id AND lead.customer_id IS NULL
                          AND search_lead_digits(lead.phone, lead.phone_as_typed) = stored.digits);

    INSERT INTO customers_searchphone AS stored
           (company_id, subject_kind, subject_id, digits, last_activity)
    SELECT lead.company_id, 'l', lead.id, search_lead_digits(lead.phone, lead.phone_as_typed),
           (lead.last_activity_at AT TIME ZONE 'UTC')::date
      FROM leads_lead lead
     WHERE lead.id = ANY (lead_ids) AND lead.customer_id IS NULL
       AND search_lead_digits(lead.phone, lead.phone_as_typed) IS NOT NULL
        ON CONFLICT (subject_id, digits) DO UPDATE
       SET last_activity = EXCLUDED.last_activity
     WHERE stored.last_activity <> EXCLUDED.last_activity;

    DELETE FROM customers_searchdocument stored
     WHERE stored.subject_id = ANY (lead_ids)
       AND NOT EXISTS (SELECT FROM leads_lead lead
                        WHERE lead.id = stored.subject_id AND lead.customer_id IS NULL);

    INSERT INTO customers_searchdocument AS stored
           (company_id, subject_kind, subject_id, words, last_activity)
    SELECT lead.company_id, 'l', lead.id,
           search_lexemes(lead.company_id, lead.full_name, '', ARRAY[lower(lead.email)]),
           (lead.last_activity_at AT TIME ZONE 'UTC')::date
      FROM leads_lead lead
     WHERE lead.id = ANY (lead_ids) AND lead.customer_id IS NULL
        ON CONFLICT (subject_id) DO UPDATE
       SET words = EXCLUDED.words, last_activity = EXCLUDED.last_activity
     WHERE (stored.words, stored.last_activity)
           IS DISTINCT FROM (EXCLUDED.words, EXCLUDED.last_activity);
END $$;
REVOKE ALL ON FUNCTION search_refresh_leads(uuid[]) FROM PUBLIC;
