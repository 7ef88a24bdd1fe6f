-- reverse: DROP FUNCTION IF EXISTS day_start(date, text)
-- The first instant of a day in a zone. Where clocks are put back at midnight, that hour comes
-- twice and PostgreSQL takes the second; where they are put forward, the day begins at one.
CREATE OR REPLACE FUNCTION day_start(day date, zone text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN (((day::timestamp AT TIME ZONE zone) - interval '1 hour')
                      AT TIME ZONE zone)::date = day
                THEN (day::timestamp AT TIME ZONE zone) - interval '1 hour'
                ELSE day::timestamp AT TIME ZONE zone END
$$;
