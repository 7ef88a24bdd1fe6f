-- reverse: DROP FUNCTION IF EXISTS companies_with_rechecks()
-- The companies with customers whose segments wait to be evaluated: ids only.
CREATE OR REPLACE FUNCTION companies_with_rechecks() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT company.id
      FROM crm_company company
     WHERE company.is_active
       AND EXISTS (SELECT FROM scoring_segmentrecheck waiting
                    WHERE waiting.company_id = company.id)
$$;
REVOKE ALL ON FUNCTION companies_with_rechecks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_rechecks() TO crm_app;
