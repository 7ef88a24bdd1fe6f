-- reverse: DROP FUNCTION IF EXISTS duplicate_days_close(text, text)
-- Whether two birthdays (YYYY-MM-DD) are guesses at one day: year, month and day each off by one at
-- most, the year perhaps by ten.
CREATE OR REPLACE FUNCTION duplicate_days_close(a text, b text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT abs(left(a, 4)::integer - left(b, 4)::integer) IN (0, 1, 10)
       AND abs(substr(a, 6, 2)::integer - substr(b, 6, 2)::integer) IN (0, 1, 11)
       AND abs(right(a, 2)::integer - right(b, 2)::integer) <= 2
$$;
