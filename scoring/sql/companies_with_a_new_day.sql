-- reverse: DROP FUNCTION IF EXISTS companies_with_a_new_day()
-- The active companies whose day has changed since their scores last decayed: ids only.
CREATE OR REPLACE FUNCTION companies_with_a_new_day() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT owner.id
      FROM crm_company owner
      LEFT JOIN scoring_scoringday decayed ON decayed.company_id = owner.id
     WHERE owner.is_active
       AND (now() AT TIME ZONE owner.time_zone)::date > coalesce(decayed.day, '-infinity')
     ORDER BY owner.id
$$;
REVOKE ALL ON FUNCTION companies_with_a_new_day() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION companies_with_a_new_day() TO crm_app;
