-- reverse: DROP FUNCTION IF EXISTS name_key(text)
-- A name as it is sorted and compared: lower case, without accents.
CREATE OR REPLACE FUNCTION name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, name))
$$;
