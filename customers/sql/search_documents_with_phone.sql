-- reverse: DROP FUNCTION IF EXISTS search_documents_with_phone(bigint, tsquery, text[], integer)
-- Subjects whose words match and who have a phone that holds one of these digit strings. Four
-- digits and more are rarer than a name, so they are looked for first; three are not.
CREATE OR REPLACE FUNCTION search_documents_with_phone(
    company bigint, wanted tsquery, phone_digits text[], enough integer
) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    at_most constant integer := 2000;
    at_most_of_three constant integer := 1000;
    candidate text;
    found uuid[] := '{}';
BEGIN
    FOREACH candidate IN ARRAY phone_digits LOOP
        CONTINUE WHEN length(candidate) < 4;
        found := found || ARRAY(
            WITH holder AS MATERIALIZED (
                SELECT document.subject_id, document.words, document.last_activity
                  FROM customers_searchdocument document
                 WHERE document.subject_id = ANY (ARRAY(
                       SELECT phone.subject_id FROM customers_searchphone phone
                        WHERE phone_grams(phone.company_id, phone.digits)
                              @> (phone_grams(company, right(candidate, 4))
                                  || phone_grams(company, left(right(candidate, 8), 4)))
                          AND phone.digits LIKE '%' || candidate || '%'
                        LIMIT at_most)))
            SELECT holder.subject_id FROM holder WHERE holder.words @@ wanted
             ORDER BY holder.last_activity DESC LIMIT enough);
    END LOOP;
    FOREACH candidate IN ARRAY phone_digits LOOP
        EXIT WHEN cardinality(found) > 0;
        CONTINUE WHEN length(candidate) > 3;
        found := ARRAY(
            SELECT phone.subject_id FROM customers_searchphone phone
             WHERE phone.subject_id = ANY (
                       search_documents(company, wanted, 5000, at_most_of_three))
               AND phone.digits LIKE '%' || candidate || '%'
             ORDER BY phone.last_activity DESC LIMIT enough);
    END LOOP;
    RETURN found;
END $$;
REVOKE ALL ON FUNCTION search_documents_with_phone(bigint, tsquery, text[], integer) FROM PUBLIC;
