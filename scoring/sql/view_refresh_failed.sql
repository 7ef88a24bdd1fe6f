-- reverse: DROP FUNCTION IF EXISTS view_refresh_failed(bigint, text)
-- The last line of a run that came to nothing; its contents were rolled back before.
CREATE OR REPLACE FUNCTION view_refresh_failed(the_run bigint, why text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE scoring_viewrefresh run
       SET finished_at = clock_timestamp(), error = left(why, 300),
           seconds = extract(epoch FROM clock_timestamp() - run.started_at)
     WHERE run.id = the_run AND run.finished_at IS NULL
$$;
REVOKE ALL ON FUNCTION view_refresh_failed(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION view_refresh_failed(bigint, text) TO crm_app;
