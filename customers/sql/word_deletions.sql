-- reverse: DROP FUNCTION IF EXISTS word_deletions(bigint, text)
-- The word, and the word without each one of its letters, with the company in front. Two words
-- that differ by one letter changed, added, left out or swapped with its neighbour share one of
-- these, so one index look-up finds every word one typing error away.
CREATE OR REPLACE FUNCTION word_deletions(company bigint, word text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    deletions text[];
BEGIN
    FOR place IN 0 .. length(word) LOOP
        deletions[place + 1] := company || ':' || left(word, place) || substr(word, place + 2);
    END LOOP;
    RETURN deletions;
END $$;
