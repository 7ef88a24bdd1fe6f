-- reverse: DROP FUNCTION IF EXISTS score_snapshot(date)
-- Keeps how many live customers of the company in crm.company_id have which points now, under the
-- day given; a day that is kept already stays. Answers how many rows were written.
CREATE OR REPLACE FUNCTION score_snapshot(of_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    written integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('score snapshot'), company::integer);
    IF EXISTS (SELECT FROM scoring_scoresnapshot WHERE company_id = company AND day = of_day) THEN
        RETURN 0;
    END IF;
    INSERT INTO scoring_scoresnapshot
           (company_id, day, band, recency, frequency, monetary, customers, net)
    SELECT company, of_day, band, recency, frequency, monetary, count(*), sum(net)
      FROM scoring_engagement
     WHERE company_id = company AND is_live
     GROUP BY band, recency, frequency, monetary;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION score_snapshot(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_snapshot(date) TO crm_app;
