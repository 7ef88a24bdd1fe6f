-- reverse: DROP FUNCTION IF EXISTS view_refresh_run(bigint)
-- Refreshes the view of a run that view_refresh_begin logged, and answers how many rows it has;
-- null when somebody else was faster, and then the run is struck from the log. CONCURRENTLY reads
-- the new contents beside the old, writes the differences only, and keeps no reader waiting.
-- Contents and the last line of the log are committed together.
CREATE OR REPLACE FUNCTION view_refresh_run(the_run bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_view text;
    counted bigint;
    began timestamptz := clock_timestamp();
BEGIN
    SELECT run.view INTO STRICT the_view FROM scoring_viewrefresh run
     WHERE run.id = the_run AND run.finished_at IS NULL;
    IF NOT pg_try_advisory_xact_lock(hashtext('refresh a view'), hashtext(the_view)) THEN
        DELETE FROM scoring_viewrefresh run WHERE run.id = the_run;
        RETURN NULL;
    END IF;
    EXECUTE format('REFRESH MATERIALIZED VIEW CONCURRENTLY %I', the_view || '_all');
    EXECUTE format('SELECT count(*) FROM %I', the_view || '_all') INTO counted;
    UPDATE scoring_viewrefresh run
       SET finished_at = clock_timestamp(), rows = counted,
           seconds = extract(epoch FROM clock_timestamp() - began)
     WHERE run.id = the_run;
    RETURN counted;
END $$;
REVOKE ALL ON FUNCTION view_refresh_run(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION view_refresh_run(bigint) TO crm_app;
