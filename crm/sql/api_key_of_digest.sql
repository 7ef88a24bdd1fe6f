-- reverse: DROP FUNCTION IF EXISTS api_key_of_digest(bytea)
-- Whose key has this digest, with its company, asked before the company is known: the one question
-- of a request's first query. A key that ended answers as one that never was.
CREATE OR REPLACE FUNCTION api_key_of_digest(the_digest bytea)
RETURNS TABLE (key_id uuid, name text, prefix text, scopes text[], branch_ids uuid[],
               requests_per_minute integer, last_used_at timestamptz, staff_id uuid,
               company crm_company)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT key.id, key.name, key.prefix, key.scopes,
           ARRAY(SELECT branch.branch_id FROM crm_apikeybranch branch WHERE branch.key_id = key.id),
           key.requests_per_minute, key.last_used_at, key.staff_id, company
      FROM crm_apikey key
      JOIN crm_company company ON company.id = key.company_id
      LEFT JOIN crm_staffmember staff ON staff.id = key.staff_id
     WHERE key.digest = the_digest
       AND key.revoked_at IS NULL
       AND (key.expires_at IS NULL OR key.expires_at > now())
       AND company.is_active
       AND (key.staff_id IS NULL OR staff.is_active)
$$;
REVOKE ALL ON FUNCTION api_key_of_digest(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api_key_of_digest(bytea) TO crm_app;
