-- reverse: DROP FUNCTION IF EXISTS search_documents(bigint, tsquery, text[], integer)
-- The newest subjects whose words match. With `phone_digits`, only those who also have a phone
-- that holds one of these strings. Every step is bounded: words that many have are found among
-- the newest documents, rare ones by the index of words.
CREATE OR REPLACE FUNCTION search_documents(
    company bigint, wanted tsquery, phone_digits text[], enough integer
) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    newest constant integer := 500;
    newest_of_common constant integer := 20000;
    at_most constant integer := 3000;
    found uuid[];
    by_words uuid[];
BEGIN
    IF cardinality(phone_digits) = 0 THEN
        found := search_newest_documents(company, wanted, newest, enough);
        IF cardinality(found) >= enough THEN
            RETURN found;
        END IF;
    END IF;
    by_words := ARRAY(SELECT document.subject_id FROM customers_searchdocument document
                       WHERE document.words @@ wanted LIMIT at_most);
    IF cardinality(phone_digits) > 0 THEN
        by_words := ARRAY(
            SELECT phone.subject_id FROM customers_searchphone phone
             WHERE phone.subject_id = ANY (by_words)
               AND EXISTS (SELECT FROM unnest(phone_digits) typed
                            WHERE position(typed IN phone.digits) > 0));
    ELSIF cardinality(by_words) = at_most THEN
        found := search_newest_documents(company, wanted, newest_of_common, enough);
        IF cardinality(found) >= enough THEN
            RETURN found;
        END IF;
    END IF;
    RETURN found || ARRAY(
        SELECT document.subject_id FROM customers_searchdocument document
         WHERE document.subject_id = ANY (by_words)
         ORDER BY document.last_activity DESC, document.subject_id DESC LIMIT enough);
END $$;
REVOKE ALL ON FUNCTION search_documents(bigint, tsquery, text[], integer) FROM PUBLIC;
