-- reverse: DROP FUNCTION IF EXISTS search_learn_words(bigint, text[])
-- New words of a company's names. Never updates or locks a row, so writers do not queue here.
CREATE OR REPLACE FUNCTION search_learn_words(company bigint, names text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp
-- Look each word up; never read the whole vocabulary for one name.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO customers_searchword (company_id, word, count)
    SELECT company, fresh.word, fresh.count
      FROM (SELECT word, count(*) AS count
              FROM unnest(names) AS full_name CROSS JOIN search_name_words(full_name) AS word
             GROUP BY word) fresh
     WHERE NOT EXISTS (SELECT FROM customers_searchword known
                        WHERE known.company_id = company AND known.word = fresh.word);
END $$;
REVOKE ALL ON FUNCTION search_learn_words(bigint, text[]) FROM PUBLIC;
