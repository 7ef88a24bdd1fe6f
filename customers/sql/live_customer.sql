-- reverse: DROP FUNCTION IF EXISTS live_customer(uuid)
-- One live customer as other systems read it, with the main phone and e-mail. Nothing for a record
-- that is merged, deleted, or of another company.
CREATE OR REPLACE FUNCTION live_customer(the_customer uuid)
RETURNS TABLE (
    customer_id uuid, code text, stable_hash_id text, full_name text, given_name text,
    family_name text, name_is_placeholder boolean, phone text, email text, address_line text,
    city text, postcode text, country text, birthday date, language text, preferred_contact text,
    lifecycle_stage text, version integer, updated_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
BEGIN
    RETURN QUERY
    SELECT record.id, record.code::text, record.stable_hash_id::text, record.full_name::text,
           record.given_name::text, record.family_name::text, record.name_is_placeholder,
           (SELECT point.value::text FROM customers_contactpoint point
             WHERE point.customer_id = record.id AND point.kind = 'phone' AND point.is_primary),
           (SELECT point.value::text FROM customers_contactpoint point
             WHERE point.customer_id = record.id AND point.kind = 'email' AND point.is_primary),
           record.address_line::text, record.city::text, record.postcode::text,
           record.country::text, record.birthday, record.language::text,
           record.preferred_contact::text, record.lifecycle_stage::text, record.version,
           record.updated_at
      FROM customers_customer record
     WHERE record.id = the_customer AND record.company_id = company
       AND record.record_state = 'active';
END $$;
REVOKE ALL ON FUNCTION live_customer(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION live_customer(uuid) TO crm_app;
