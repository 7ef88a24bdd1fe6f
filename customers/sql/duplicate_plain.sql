-- reverse: DROP FUNCTION IF EXISTS duplicate_plain(text)
-- Lower case without accents. Texts of ASCII, nearly all, skip the search for accents.
CREATE OR REPLACE FUNCTION duplicate_plain(typed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(typed) = length(typed) THEN lower(typed)
                ELSE public.name_key(typed) END
$$;
