-- reverse: DROP FUNCTION IF EXISTS search_recount_words()
-- Counts the current company's words anew, so that the commonest correction comes first; words
-- that nobody has any more and rows that came twice go. For the night.
CREATE OR REPLACE FUNCTION search_recount_words() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
BEGIN
    IF company IS NULL THEN
        RETURN;
    END IF;
    WITH counted AS MATERIALIZED (
        SELECT substr(lexeme.word, length(company || ':') + 1) AS word, lexeme.ndoc AS count
          FROM ts_stat(format('SELECT words FROM customers_searchdocument WHERE company_id = %s',
                              company)) lexeme),
    gone AS (
        DELETE FROM customers_searchword known
         WHERE known.company_id = company
           AND (NOT EXISTS (SELECT FROM counted WHERE counted.word = known.word)
                OR EXISTS (SELECT FROM customers_searchword twin
                            WHERE twin.company_id = company AND twin.word = known.word
                              AND twin.id < known.id)))
    UPDATE customers_searchword known SET count = counted.count
      FROM counted
     WHERE known.company_id = company AND known.word = counted.word
       AND known.count <> counted.count;
END $$;
REVOKE ALL ON FUNCTION search_recount_words() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_recount_words() TO crm_app;
