-- reverse: DROP FUNCTION IF EXISTS engagement_lock(bigint[], uuid[])
-- Takes what must be held before the metrics of these customers are written (docs/locking.md):
-- the companies' scoring shared, so that a whole company is not scored anew meanwhile, then the
-- rows in the order of their ids. What is read in a later statement then counts everything that
-- was committed, and of two orders at once the second adds to the first.
CREATE OR REPLACE FUNCTION engagement_lock(companies bigint[], customer_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    company bigint;
BEGIN
    FOREACH company IN ARRAY companies LOOP
        PERFORM pg_advisory_xact_lock_shared(hashtext('scoring'), company::integer);
    END LOOP;
    PERFORM FROM scoring_engagement kept
      WHERE kept.customer_id = ANY (customer_ids)
      ORDER BY kept.customer_id
        FOR NO KEY UPDATE;
END $$;
REVOKE ALL ON FUNCTION engagement_lock(bigint[], uuid[]) FROM PUBLIC;
