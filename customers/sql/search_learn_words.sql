-- reverse: DROP FUNCTION IF EXISTS search_learn_words(bigint, text[])
-- New words of a company's names. Never updates or locks a row, so writers do not queue here.
CREATE OR REPLACE FUNCTION search_learn_words(company bigint, names text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO customers_searchword (company_id, word, count)
    SELECT company, fresh.word, count(*)
      FROM unnest(names) AS full_name
     CROSS JOIN search_name_words(full_name) AS fresh (word)
     WHERE NOT EXISTS (SELECT FROM customers_searchword known
                        WHERE known.company_id = company AND known.word = fresh.word)
     GROUP BY fresh.word;
END $$;
REVOKE ALL ON FUNCTION search_learn_words(bigint, text[]) FROM PUBLIC;
