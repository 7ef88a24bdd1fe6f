-- reverse: DROP FUNCTION IF EXISTS score_told(bigint, text, uuid[], text[], text[])
-- Tells who changed bands, the three lists in one order: our own apps by the outbox, at most 500
-- customers an event, and other systems by the public stream, an event for each customer.
-- Whoever scores everybody anew tells our own apps nothing (docs/scoring.md).
CREATE OR REPLACE FUNCTION score_told(company bigint, why text, customer_ids uuid[], before text[],
                                      after text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_outboxevent (company_id, topic, payload, created_at, due_at, attempts,
                                 last_error)
    SELECT company, 'score.band_changed',
           jsonb_build_object('cause', why, 'customer_ids', to_jsonb(customer_ids[first:first + 499]),
                              'before', to_jsonb(before[first:first + 499]),
                              'after', to_jsonb(after[first:first + 499])),
           now(), now(), 0, ''
      FROM generate_series(1, cardinality(customer_ids), 500) AS first
     WHERE why NOT IN ('rules', 'rescore', 'repair');
    PERFORM score_tell_listeners(company, why, customer_ids, before, after);
END $$;
REVOKE ALL ON FUNCTION score_told(bigint, text, uuid[], text[], text[]) FROM PUBLIC;
