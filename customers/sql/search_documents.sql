-- reverse: DROP FUNCTION IF EXISTS search_documents(bigint, tsquery, integer, integer)
-- The newest subjects whose words match. Words that many have are soon met among the `newest`
-- documents; rare ones are found by the index of words. Between the two lies what more than
-- `at_most` have, but few of the newest: a longer walk.
CREATE OR REPLACE FUNCTION search_documents(
    company bigint, wanted tsquery, newest integer, enough integer
) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    newest_of_common constant integer := 20000;
    at_most constant integer := 3000;
    found uuid[];
    by_words uuid[];
BEGIN
    found := search_newest_documents(company, wanted, newest, enough);
    IF cardinality(found) >= enough THEN
        RETURN found;
    END IF;
    by_words := ARRAY(
        SELECT matching.subject_id
          FROM (SELECT document.subject_id, document.last_activity
                  FROM customers_searchdocument document
                 WHERE document.words @@ wanted LIMIT at_most) matching
         ORDER BY matching.last_activity DESC, matching.subject_id DESC);
    IF cardinality(by_words) = at_most THEN
        found := search_newest_documents(company, wanted, newest_of_common, enough);
    END IF;
    RETURN found || by_words[1:enough];
END $$;
REVOKE ALL ON FUNCTION search_documents(bigint, tsquery, integer, integer) FROM PUBLIC;
