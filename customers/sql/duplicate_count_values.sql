-- reverse: DROP FUNCTION IF EXISTS duplicate_count_values()
-- The values that many records of duplicate_normal share, with the level that two records alike in
-- them reach. What is not listed here is rare, or one person's own.
CREATE OR REPLACE FUNCTION duplicate_count_values() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    records constant float8 := greatest((SELECT count(*) FROM duplicate_normal), 1);
    handful constant integer := 5;  -- a name of so few is not common, however small the company
BEGIN
    DELETE FROM customers_commonvalue WHERE company_id = company;
    INSERT INTO customers_commonvalue (company_id, kind, value, level)
    SELECT company, 'given', given, CASE WHEN count(*) > 2e-3 * records THEN 5 ELSE 6 END
      FROM duplicate_normal WHERE given IS NOT NULL GROUP BY given
    HAVING count(*) > greatest(2e-4 * records, handful)
    UNION ALL
    SELECT company, 'family', family, CASE WHEN count(*) > 1e-3 * records THEN 5 ELSE 6 END
      FROM duplicate_normal WHERE family IS NOT NULL GROUP BY family
    HAVING count(*) > greatest(1e-4 * records, handful)
    UNION ALL
    SELECT company, 'city', city, 3 FROM duplicate_normal
     WHERE city IS NOT NULL GROUP BY city HAVING count(*) > 5e-3 * records
    UNION ALL
    SELECT company, 'organisation', organisation, 3 FROM duplicate_normal
     WHERE organisation IS NOT NULL GROUP BY organisation HAVING count(*) > 2e-3 * records
    UNION ALL
    SELECT company, 'occupation', occupation, 3 FROM duplicate_normal
     WHERE occupation IS NOT NULL GROUP BY occupation HAVING count(*) > 1e-2 * records
    UNION ALL
    SELECT company, 'address', address, 3 FROM duplicate_normal
     WHERE address IS NOT NULL GROUP BY address HAVING count(DISTINCT left(given, 1)) > 3
    UNION ALL
    SELECT company, 'phone', phone, CASE WHEN count(*) <= 6 THEN 5 ELSE 3 END
      FROM duplicate_normal, unnest(phones) phone GROUP BY phone
    HAVING count(*) > 2
       AND coalesce(nullif(count(DISTINCT duplicate_initials(given, family)), 0),
                    count(DISTINCT left(given, 1))) > 1
    UNION ALL
    SELECT company, 'email', email, CASE WHEN count(*) <= 6 THEN 5 ELSE 3 END
      FROM duplicate_normal, unnest(emails) email GROUP BY email
    HAVING count(*) > 2
       AND coalesce(nullif(count(DISTINCT duplicate_initials(given, family)), 0),
                    count(DISTINCT left(given, 1))) > 1;
    ANALYZE customers_commonvalue;
END $$;
REVOKE ALL ON FUNCTION duplicate_count_values() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_count_values() TO crm_app;
