-- reverse: DROP FUNCTION IF EXISTS search_name_words(text)
-- The words of a name that are worth correcting a typing error to.
CREATE OR REPLACE FUNCTION search_name_words(full_name text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT word
      FROM unnest(public.search_words(full_name || ' ' || translate(full_name, '''’-.', ''))) word
     WHERE length(word) BETWEEN 3 AND 30
$$;
