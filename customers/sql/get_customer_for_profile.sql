-- reverse: DROP FUNCTION IF EXISTS get_customer_for_profile(text, text)
-- The link of an app's profile and its live customer, in one row: what `status` and `profile` of the
-- VIP endpoints both read, so they cannot show different people. No row for a profile that nobody
-- has seen; without a live customer all columns of the customer are NULL.
CREATE OR REPLACE FUNCTION get_customer_for_profile(the_provider text, the_profile_id text)
RETURNS TABLE (
    link_id uuid, is_stale boolean, match_method text, match_confidence numeric,
    decided_by_human boolean, linked_at timestamptz, last_verified_at timestamptz,
    customer_id uuid, code text, stable_hash_id text, full_name text, given_name text,
    family_name text, name_is_placeholder boolean, phone text, email text, address_line text,
    city text, postcode text, country text, birthday date, language text, preferred_contact text,
    lifecycle_stage text, version integer, updated_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT link.link_id, link.is_stale, link.match_method, link.match_confidence,
           link.decided_by_human, link.linked_at, link.last_verified_at, person.*
      FROM get_profile_customer_link(the_provider, the_profile_id) link
      LEFT JOIN LATERAL live_customer(link.customer_id) person ON true;
END $$;
REVOKE ALL ON FUNCTION get_customer_for_profile(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_customer_for_profile(text, text) TO crm_app;
