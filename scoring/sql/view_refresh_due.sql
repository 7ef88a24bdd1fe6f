-- reverse: DROP FUNCTION IF EXISTS view_refresh_due(text, timestamptz)
-- Whether 02:00 has passed, since the view's last good refresh, where some active company is.
-- A run that failed is tried again after a quarter of an hour.
CREATE OR REPLACE FUNCTION view_refresh_due(the_view text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM scoring_viewrefresh run
                        WHERE run.view = the_view AND run.started_at > at - interval '14 minutes'
                          AND (run.finished_at IS NULL OR run.error <> ''))
       AND EXISTS (
           SELECT FROM crm_company company
            CROSS JOIN LATERAL (
                SELECT (date_trunc('day', (at AT TIME ZONE company.time_zone) - interval '2 hours')
                        + interval '2 hours') AT TIME ZONE company.time_zone) night (two_o_clock)
            WHERE company.is_active AND night.two_o_clock <= at
              AND night.two_o_clock > coalesce(
                  (SELECT max(run.started_at) FROM scoring_viewrefresh run
                    WHERE run.view = the_view AND run.finished_at IS NOT NULL AND run.error = ''),
                  '-infinity'))
$$;
REVOKE ALL ON FUNCTION view_refresh_due(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION view_refresh_due(text, timestamptz) TO crm_app;
