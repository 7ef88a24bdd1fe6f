-- reverse: DROP FUNCTION IF EXISTS duplicate_name(text)
-- A name as duplicates are compared: lower case, no accents, no digits or signs but - and ';
-- letters of every script stay. NULL where nothing is left. Inlined, so it has no SET clause.
CREATE OR REPLACE FUNCTION duplicate_name(typed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT nullif(left(btrim(replace(replace(translate(
               duplicate_plain(left(typed, 120)),
               E'\t\n\r0123456789!"#$%&()*+,./:;<=>?@[]^_`{|}~\\', '   '),
               '  ', ' '), '  ', ' '), ' ''-'), 100), '')
$$;
