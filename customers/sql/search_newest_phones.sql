-- reverse: DROP FUNCTION IF EXISTS search_newest_phones(bigint, text, integer, integer)
-- Among the newest so many phones of the company, the subjects of the first that fit the pattern.
CREATE OR REPLACE FUNCTION search_newest_phones(
    company bigint, pattern text, enough integer, how_deep integer
) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN ARRAY(
        SELECT walked.subject_id
          FROM (SELECT phone.subject_id, phone.digits FROM customers_searchphone phone
                 WHERE phone.company_id = company
                 ORDER BY phone.last_activity DESC, phone.subject_id DESC
                 LIMIT how_deep) walked
         WHERE walked.digits LIKE pattern
         LIMIT enough);
END $$;
REVOKE ALL ON FUNCTION search_newest_phones(bigint, text, integer, integer) FROM PUBLIC;
