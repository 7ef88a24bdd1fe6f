-- reverse: DROP FUNCTION IF EXISTS view_freshness()
-- How old the contents of each view are (as of the begin of the last good run), what it cost, how
-- often it failed since, and whether it runs now. A run without an end that nobody works on any
-- more was killed; one that began seconds ago may not have taken its lock yet.
CREATE OR REPLACE FUNCTION view_freshness()
RETURNS TABLE (view text, as_of timestamptz, rows bigint, seconds double precision,
               running_since timestamptz, failures bigint, last_failed_at timestamptz,
               last_error text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT named.view, good.started_at, good.rows, good.seconds,
           CASE WHEN running.yes THEN newest.started_at END,
           failed.times, failed.last_at, coalesce(failed.why, '')
      FROM refreshable_views() named (view)
      CROSS JOIN LATERAL (SELECT view_refresh_is_running(named.view)) running (yes)
      LEFT JOIN LATERAL (SELECT run.* FROM scoring_viewrefresh run
                          WHERE run.view = named.view AND run.finished_at IS NOT NULL
                            AND run.error = ''
                          ORDER BY run.started_at DESC LIMIT 1) good ON true
      LEFT JOIN LATERAL (SELECT run.* FROM scoring_viewrefresh run
                          WHERE run.view = named.view AND run.finished_at IS NULL
                          ORDER BY run.started_at DESC LIMIT 1) newest ON true
      CROSS JOIN LATERAL (
          SELECT count(*) AS times, max(run.started_at) AS last_at,
                 (array_agg(CASE WHEN run.error = '' THEN 'killed' ELSE run.error END
                            ORDER BY run.started_at DESC))[1] AS why
            FROM scoring_viewrefresh run
           WHERE run.view = named.view AND run.id > coalesce(good.id, 0)
             AND (run.error <> ''
                  OR run.finished_at IS NULL
                     AND NOT (running.yes AND run.id = newest.id)
                     AND run.started_at < now() - interval '10 seconds')) failed
     ORDER BY named.view
$$;
REVOKE ALL ON FUNCTION view_freshness() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION view_freshness() TO crm_app;
