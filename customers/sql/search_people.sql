-- reverse: DROP FUNCTION IF EXISTS search_people(text, text[], text[], integer)
-- Who of the current company is called so. `typed` are words of a name in any order, each by its
-- beginning; `wholes` are e-mails or codes, by their beginning; with `phone_digits` the person
-- also has a phone that holds one of these strings. Best first: every word whole (tier 1), words
-- by their beginning (2), words with one typing error each (3, looked for when few are spelled as
-- typed); within a tier the newer activity.
CREATE OR REPLACE FUNCTION search_people(
    typed text, wholes text[], phone_digits text[], how_many integer
) RETURNS TABLE (subject_kind text, subject_id uuid, tier integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    few constant integer := 5;
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    enough integer := how_many * 2;  -- more than are shown, to have the whole words among them
    -- An e-mail or a code is too rare to be met by chance among the newest.
    newest integer := CASE WHEN cardinality(wholes) > 0 THEN 0 ELSE 5000 END;
    words text[] := search_words(translate(typed, '''’', ''));
    word text;
    whole tsquery;
    by_beginning tsquery;
    with_errors tsquery;
    found uuid[];
BEGIN
    IF company IS NULL OR cardinality(wholes || words) = 0 THEN
        RETURN;
    END IF;
    FOREACH word IN ARRAY wholes || words LOOP
        whole := coalesce(whole && search_lexeme_query(company, word, false),
                          search_lexeme_query(company, word, false));
        by_beginning := coalesce(by_beginning && search_lexeme_query(company, word, true),
                                 search_lexeme_query(company, word, true));
    END LOOP;
    IF cardinality(phone_digits) > 0 THEN
        found := search_documents_with_phone(company, by_beginning, phone_digits, enough);
    ELSE
        found := search_documents(company, by_beginning, newest, enough);
    END IF;
    IF cardinality(found) < few AND cardinality(wholes) = 0 AND cardinality(phone_digits) = 0 THEN
        with_errors := search_correcting_query(company, words);
        IF with_errors IS NOT NULL THEN
            found := found || search_documents(company, with_errors, newest, enough);
        END IF;
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
