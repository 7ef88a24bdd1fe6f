-- reverse: DROP FUNCTION IF EXISTS search_lexemes(bigint, text, text, text[])
-- The search document of a name, a code and e-mails. "O'Brien" and "Mary-Ann" are found joined
-- and in parts; an e-mail as a whole (by its beginning) and by its parts.
CREATE OR REPLACE FUNCTION search_lexemes(
    company bigint, full_name text, code text, emails text[]
) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT company || ':' || word), '{}'))
      FROM unnest(
               public.search_words(concat_ws(' ', full_name, translate(full_name, '''’-.', ''),
                                             array_to_string(emails, ' ')))
               || lower(nullif(code, ''))
               || ARRAY(SELECT left(lower(normalize(email, NFKC)), 254)
                          FROM unnest(emails) email WHERE email <> '')) word
     WHERE word IS NOT NULL
$$;
