-- reverse: DROP FUNCTION IF EXISTS duplicate_digits(text)
-- The digits of a phone before its extension, without leading zeros.
CREATE OR REPLACE FUNCTION duplicate_digits(typed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ltrim(regexp_replace(split_part(lower(left(typed, 60)), 'x', 1), '\D', '', 'g'), '0')
$$;
