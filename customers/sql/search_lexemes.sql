-- reverse: DROP FUNCTION IF EXISTS search_lexemes(bigint, text, text, text[])
-- The search document of a name, a code and e-mails. "O'Brien" and "Mary-Ann" are found joined
-- and in parts; an e-mail as a whole (by its beginning) and by its parts.
CREATE OR REPLACE FUNCTION search_lexemes(
    company bigint, full_name text, code text, emails text[]
) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    words text[];
    email text;
BEGIN
    words := public.search_words(concat_ws(' ', full_name, translate(full_name, '''’-.', ''),
                                           array_to_string(emails, ' ')));
    -- Longer ones would not fit into a lexeme; 64 letters are enough to tell words apart.
    FOR place IN 1 .. cardinality(words) LOOP
        words[place] := company || ':' || left(words[place], 64);
    END LOOP;
    IF code <> '' THEN
        words := words || (company || ':' || lower(code));
    END IF;
    FOREACH email IN ARRAY coalesce(array_remove(emails, ''), '{}') LOOP
        words := words || (company || ':' || left(lower(email), 254));
    END LOOP;
    RETURN array_to_tsvector(words);
END $$;
