-- reverse: DROP FUNCTION IF EXISTS search_newest_documents(bigint, tsquery, integer, integer)
-- Among the newest so many documents of the company, the first that match.
CREATE OR REPLACE FUNCTION search_newest_documents(
    company bigint, wanted tsquery, how_deep integer, enough integer
) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN ARRAY(
        SELECT walked.subject_id
          FROM (SELECT document.subject_id, document.words FROM customers_searchdocument document
                 WHERE document.company_id = company
                 ORDER BY document.last_activity DESC, document.subject_id DESC
                 LIMIT how_deep) walked
         WHERE walked.words @@ wanted
         LIMIT enough);
END $$;
REVOKE ALL ON FUNCTION search_newest_documents(bigint, tsquery, integer, integer) FROM PUBLIC;
