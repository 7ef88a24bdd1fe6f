-- reverse: DROP FUNCTION IF EXISTS engagement_lock(bigint, uuid[])
-- Takes what must be held before the metrics of these customers of a company are written
-- (docs/locking.md): the company's scoring shared, so that the whole company is not scored anew
-- meanwhile, then the rows in the order of their ids. What is read in a later statement then counts
-- everything that was committed, and of two orders at once the second adds to the first.
CREATE OR REPLACE FUNCTION engagement_lock(company bigint, customer_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('scoring'), company::integer);
    PERFORM FROM scoring_engagement kept
      WHERE kept.customer_id = ANY (customer_ids)
      ORDER BY kept.customer_id
        FOR NO KEY UPDATE;
END $$;
REVOKE ALL ON FUNCTION engagement_lock(bigint, uuid[]) FROM PUBLIC;
