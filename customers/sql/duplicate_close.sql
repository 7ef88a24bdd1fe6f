-- reverse: DROP FUNCTION IF EXISTS duplicate_close(text, text)
-- Whether two names of four letters or more differ by one typing error (two from seven letters
-- on) or hold the same letters in another order.
CREATE OR REPLACE FUNCTION duplicate_close(a text, b text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT length(a) > 3 AND length(b) > 3
       AND (levenshtein_less_equal(a, b, 2)
                <= CASE WHEN least(length(a), length(b)) >= 7 THEN 2 ELSE 1 END
            OR (length(a) = length(b) AND translate(a, b, '') = '' AND translate(b, a, '') = ''))
$$;
