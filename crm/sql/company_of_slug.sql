-- reverse: DROP FUNCTION IF EXISTS company_of_slug(text)
-- The company that a command names, before row-level security knows it.
CREATE OR REPLACE FUNCTION company_of_slug(the_slug text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT company.id FROM crm_company company WHERE company.slug = the_slug
$$;
REVOKE ALL ON FUNCTION company_of_slug(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION company_of_slug(text) TO crm_app;
