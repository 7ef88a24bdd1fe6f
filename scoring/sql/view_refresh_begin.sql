-- reverse: DROP FUNCTION IF EXISTS view_refresh_begin(text, text)
-- Writes the first line of a run's log and answers its id; null when the view is being refreshed.
-- The caller commits before view_refresh_run, so that a run which is killed leaves its trace.
CREATE OR REPLACE FUNCTION view_refresh_begin(the_view text, asked text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    run_id bigint;
BEGIN
    IF the_view NOT IN (SELECT refreshable_views()) THEN
        RAISE EXCEPTION 'no view of this name is refreshed' USING ERRCODE = '22023';
    END IF;
    IF view_refresh_is_running(the_view) THEN
        RETURN NULL;
    END IF;
    DELETE FROM scoring_viewrefresh old
     WHERE old.view = the_view AND old.started_at < now() - interval '90 days'
       AND old.id < (SELECT max(good.id) FROM scoring_viewrefresh good
                      WHERE good.view = the_view AND good.finished_at IS NOT NULL
                        AND good.error = '');
    INSERT INTO scoring_viewrefresh (view, started_at, error, asked_by)
    VALUES (the_view, clock_timestamp(), '', left(asked, 200)) RETURNING id INTO run_id;
    RETURN run_id;
END $$;
REVOKE ALL ON FUNCTION view_refresh_begin(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION view_refresh_begin(text, text) TO crm_app;
