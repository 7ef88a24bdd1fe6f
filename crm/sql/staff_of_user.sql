-- reverse: DROP FUNCTION IF EXISTS staff_of_user(bigint)
-- Which company and staff member a login is: the one question asked before the company is known.
CREATE OR REPLACE FUNCTION staff_of_user(the_user bigint)
RETURNS TABLE (company_id bigint, staff_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT staff.company_id, staff.id
      FROM crm_staffmember staff
      JOIN crm_company company ON company.id = staff.company_id
     WHERE staff.user_id = the_user AND staff.is_active AND company.is_active
$$;
REVOKE ALL ON FUNCTION staff_of_user(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION staff_of_user(bigint) TO crm_app;
