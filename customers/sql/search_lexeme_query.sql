-- reverse: DROP FUNCTION IF EXISTS search_lexeme_query(bigint, text, boolean)
-- The query for one word of a company, by its beginning or as a whole.
CREATE OR REPLACE FUNCTION search_lexeme_query(
    company bigint, word text, by_beginning boolean
) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ('''' || replace(replace(company || ':' || left(word, 254), '\', '\\'), '''', '''''')
            || '''' || CASE WHEN by_beginning THEN ':*' ELSE '' END)::tsquery
$$;
