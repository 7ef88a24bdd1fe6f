-- reverse: DROP FUNCTION IF EXISTS search_correcting_query(bigint, text[])
-- The query for words with at most one typing error each: a word of the company that is one error
-- away, or the beginning of a word as it was typed. NULL when no word has a correction.
CREATE OR REPLACE FUNCTION search_correcting_query(company bigint, words text[]) RETURNS tsquery
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    word text;
    corrected text;
    one_word tsquery;
    every_word tsquery;
    has_corrections boolean := false;
BEGIN
    FOREACH word IN ARRAY words LOOP
        one_word := search_lexeme_query(company, word, true);
        FOR corrected IN SELECT search_corrections(company, word) LOOP
            one_word := one_word || search_lexeme_query(company, corrected, false);
            has_corrections := true;
        END LOOP;
        every_word := coalesce(every_word && one_word, one_word);
    END LOOP;
    RETURN CASE WHEN has_corrections THEN every_word END;
END $$;
REVOKE ALL ON FUNCTION search_correcting_query(bigint, text[]) FROM PUBLIC;
