-- reverse: DROP FUNCTION IF EXISTS score_begin(bigint, date)
-- Begins the scoring of a whole company for a day (null: today in its zone) and answers that day.
-- Writers of the company's orders wait until the commit, so that nothing is counted as it was.
-- Its own short statements keep their plans, also where the caller's are made anew each time.
CREATE OR REPLACE FUNCTION score_begin(company bigint, on_day date) RETURNS date
LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
DECLARE
    the_day date;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('scoring'), company::integer);
    SELECT coalesce(on_day, (now() AT TIME ZONE owner.time_zone)::date) INTO the_day
      FROM crm_company owner WHERE owner.id = company;
    PERFORM score_limits_keep(company, the_day);
    RETURN the_day;
END $$;
REVOKE ALL ON FUNCTION score_begin(bigint, date) FROM PUBLIC;
