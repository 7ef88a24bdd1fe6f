-- reverse: DROP FUNCTION IF EXISTS search_words(text)
-- The words of a text as they are stored and looked for: lower case, no accents, cut at white
-- space and punctuation. Only punctuation is listed, never letters: Thai and Indic vowel signs
-- are part of their word.
CREATE OR REPLACE FUNCTION search_words(typed text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_remove(regexp_split_to_array(
               public.name_key(normalize(typed, NFKC)),
               '[\s!-/:-@\[-`{-~\u00a1-\u00bf\u2010-\u2027\u2030-\u205e\u3001-\u303f]+'), '')
$$;
