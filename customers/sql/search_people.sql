-- reverse: DROP FUNCTION IF EXISTS search_people(text, text[], text[], integer)
-- Who of the current company is called so. `typed` are words of a name in any order, each by its
-- beginning; `wholes` are e-mails or codes, by their beginning; with `phone_digits` the person
-- also has a phone that holds one of these strings. Best first: every word whole (tier 1), words
-- by their beginning (2), words with one typing error each (3, looked for when little is found);
-- within a tier the newer activity.
CREATE OR REPLACE FUNCTION search_people(
    typed text, wholes text[], phone_digits text[], how_many integer
) RETURNS TABLE (subject_kind text, subject_id uuid, tier integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    enough integer := how_many * 3;  -- more than are shown, to have the whole words among them
    word text;
    corrected text;
    one_word tsquery;
    whole tsquery;
    by_beginning tsquery;
    with_errors tsquery;
    has_corrections boolean := false;
    found uuid[];
BEGIN
    IF company IS NULL THEN
        RETURN;
    END IF;
    FOREACH word IN ARRAY wholes || search_words(translate(typed, '''’', '')) LOOP
        word := left(word, 254);
        one_word := search_lexeme_query(company, word, true);
        whole := coalesce(whole && search_lexeme_query(company, word, false),
                          search_lexeme_query(company, word, false));
        by_beginning := coalesce(by_beginning && one_word, one_word);
        IF NOT word = ANY (wholes) THEN
            FOR corrected IN SELECT search_corrections(company, word) LOOP
                one_word := one_word || search_lexeme_query(company, corrected, true);
                has_corrections := true;
            END LOOP;
        END IF;
        with_errors := coalesce(with_errors && one_word, one_word);
    END LOOP;
    IF by_beginning IS NULL THEN
        RETURN;
    END IF;
    found := search_documents(company, by_beginning, phone_digits, enough);
    IF cardinality(found) < how_many AND has_corrections THEN
        found := found || search_documents(company, with_errors, phone_digits, enough);
    END IF;
    RETURN QUERY
    SELECT ranked.subject_kind::text, ranked.subject_id, ranked.tier
      FROM (SELECT document.*, CASE WHEN document.words @@ whole THEN 1
                                    WHEN document.words @@ by_beginning THEN 2
                                    ELSE 3 END AS tier
              FROM customers_searchdocument document
             WHERE document.company_id = company AND document.subject_id = ANY (found)) ranked
     ORDER BY ranked.tier, ranked.last_activity DESC, ranked.subject_id DESC
     LIMIT how_many;
END $$;
REVOKE ALL ON FUNCTION search_people(text, text[], text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_people(text, text[], text[], integer) TO crm_app;
