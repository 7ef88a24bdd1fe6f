-- reverse: DROP FUNCTION IF EXISTS get_profile_customer_link(text, text)
-- The link of an app's profile, and which record its customer is now. One row, none for a profile
-- that nobody has seen. `customer_id` is the end of all merges; it is NULL while the profile has no
-- customer, and where that customer was deleted since (`is_stale`).
-- plpgsql keeps its plans, so the caller's driver need not prepare anything.
CREATE OR REPLACE FUNCTION get_profile_customer_link(the_provider text, the_profile_id text)
RETURNS TABLE (
    link_id uuid, linked_customer_id uuid, customer_id uuid, stable_hash_id text, is_stale boolean,
    match_method text, match_confidence numeric, decided_by_human boolean, linked_by text,
    linked_at timestamptz, last_verified_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
BEGIN
    SELECT one.id, one.customer_id, one.match_method, one.match_confidence, one.decided_by_human,
           one.linked_by, one.linked_at, one.last_verified_at
      INTO link_id, linked_customer_id, match_method, match_confidence, decided_by_human,
           linked_by, linked_at, last_verified_at
      FROM customers_profilelink one
     WHERE one.company_id = company AND one.provider = the_provider
       AND one.profile_id = the_profile_id;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF linked_customer_id IS NOT NULL THEN
        SELECT record.id, record.stable_hash_id INTO customer_id, stable_hash_id
          FROM customers_customer record
         WHERE record.id = linked_customer_id AND record.company_id = company
           AND record.record_state = 'active';
        IF NOT FOUND THEN
            SELECT record.id, record.stable_hash_id INTO customer_id, stable_hash_id
              FROM customers_customer record
             WHERE record.id = surviving_customer(linked_customer_id)
               AND record.company_id = company AND record.record_state = 'active';
        END IF;
    END IF;
    is_stale := linked_customer_id IS NOT NULL AND customer_id IS NULL;
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION get_profile_customer_link(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_profile_customer_link(text, text) TO crm_app;
