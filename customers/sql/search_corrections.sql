-- reverse: DROP FUNCTION IF EXISTS search_corrections(bigint, text)
-- The known words of a company one typing error away from this one, the commonest first.
CREATE OR REPLACE FUNCTION search_corrections(company bigint, typed text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT known.word::text
      FROM customers_searchword known
     WHERE length(typed) BETWEEN 3 AND 31
       AND word_deletions(known.company_id, known.word) && word_deletions(company, typed)
       AND known.word <> typed
       -- One letter changed, added or left out; or two neighbours swapped, which is two changes
       -- of equal length between the same letters.
       AND (levenshtein_less_equal(known.word, typed, 1) <= 1
            OR (length(known.word) = length(typed)
                AND (SELECT array_agg(letter ORDER BY letter)
                       FROM string_to_table(known.word, NULL) letter)
                  = (SELECT array_agg(letter ORDER BY letter)
                       FROM string_to_table(typed, NULL) letter)
                AND levenshtein_less_equal(known.word, typed, 2) <= 2))
     GROUP BY known.word
     ORDER BY max(known.count) DESC, known.word
     LIMIT 40;
END $$;
REVOKE ALL ON FUNCTION search_corrections(bigint, text) FROM PUBLIC;
