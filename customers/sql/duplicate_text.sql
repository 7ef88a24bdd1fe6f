-- reverse: DROP FUNCTION IF EXISTS duplicate_text(text)
-- A text (address, city, organisation) as duplicates are compared: lower case, no accents, single
-- spaces, at most 100 characters. NULL where nothing is left.
CREATE OR REPLACE FUNCTION duplicate_text(typed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT nullif(left(btrim(replace(replace(translate(
               duplicate_plain(left(typed, 120)), E'\t\n\r', '   '),
               '  ', ' '), '  ', ' ')), 100), '')
$$;
