-- reverse: DROP FUNCTION IF EXISTS engagement_follow_many(bigint[], uuid[], uuid[], text)
-- engagement_lock and engagement_refresh for the customers of a statement, in each of its companies.
-- Everybody whom the statement touched is locked at once; the metrics follow of those whose orders
-- changed for this reason.
CREATE OR REPLACE FUNCTION engagement_follow_many(companies bigint[], everybody uuid[],
                                                  of_these uuid[], why text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    company bigint;
BEGIN
    FOR company IN SELECT DISTINCT one FROM unnest(companies) AS one ORDER BY one LOOP
        PERFORM engagement_lock(company, everybody);
        PERFORM engagement_refresh(company, of_these, why);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION engagement_follow_many(bigint[], uuid[], uuid[], text) FROM PUBLIC;
