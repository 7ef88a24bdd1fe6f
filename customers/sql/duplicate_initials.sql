-- reverse: DROP FUNCTION IF EXISTS duplicate_initials(text, text)
-- The initials of a whole name, alike for names that were swapped; NULL where one is missing. Who
-- holds a phone with other initials is somebody else.
CREATE OR REPLACE FUNCTION duplicate_initials(given text, family text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN given || family <> ''
                THEN least(left(given, 1), left(family, 1))
                     || greatest(left(given, 1), left(family, 1)) END
$$;
