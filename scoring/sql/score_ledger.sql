-- reverse: DROP FUNCTION IF EXISTS score_ledger() CASCADE
-- The only writer of the ledger: a line for each row whose score, a point or the band changed.
-- Changes of band are told to the outbox, at most 500 an event, except by causes that score
-- everybody anew (docs/scoring.md). Without nested loops, because a plan is kept: one made for a
-- single row would compare each of many rows with each.
CREATE OR REPLACE FUNCTION score_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_nestloop = off AS $$
DECLARE
    moved boolean;
    old_row record;
    new_row record;
BEGIN
    -- One row, as after most orders: the same two inserts without looking for pairs.
    SELECT * INTO new_row FROM new_rows;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM new_rows OFFSET 1;
    IF NOT FOUND THEN
        SELECT * INTO old_row FROM old_rows;
        IF (old_row.score, old_row.recency, old_row.frequency, old_row.monetary, old_row.band)
           IS DISTINCT FROM
           (new_row.score, new_row.recency, new_row.frequency, new_row.monetary, new_row.band)
        THEN
            INSERT INTO scoring_scorechange
                   (company_id, customer_id, at, cause, score_before, score_after,
                    recency, frequency, monetary, band_before, band_after)
            VALUES (new_row.company_id, new_row.customer_id, now(), new_row.cause, old_row.score,
                    new_row.score, new_row.recency, new_row.frequency, new_row.monetary,
                    old_row.band, new_row.band);
        END IF;
        IF old_row.band <> new_row.band AND new_row.cause NOT IN ('rules', 'rescore', 'repair') THEN
            INSERT INTO crm_outboxevent (company_id, topic, payload, created_at, due_at, attempts,
                                         last_error)
            VALUES (new_row.company_id, 'score.band_changed',
                    jsonb_build_object('cause', new_row.cause,
                                       'customer_ids', jsonb_build_array(new_row.customer_id),
                                       'before', jsonb_build_array(old_row.band),
                                       'after', jsonb_build_array(new_row.band)),
                    now(), now(), 0, '');
        END IF;
        RETURN NULL;
    END IF;

    WITH line AS (
        INSERT INTO scoring_scorechange
               (company_id, customer_id, at, cause, score_before, score_after,
                recency, frequency, monetary, band_before, band_after)
        SELECT after.company_id, after.customer_id, now(), after.cause, before.score, after.score,
               after.recency, after.frequency, after.monetary, before.band, after.band
          FROM new_rows after
          JOIN old_rows before ON before.customer_id = after.customer_id
         WHERE (before.score, before.recency, before.frequency, before.monetary, before.band)
               IS DISTINCT FROM
               (after.score, after.recency, after.frequency, after.monetary, after.band)
        RETURNING band_before <> band_after
                  AND cause NOT IN ('rules', 'rescore', 'repair') AS is_told)
    SELECT coalesce(bool_or(is_told), false) INTO moved FROM line;
    IF moved THEN
        INSERT INTO crm_outboxevent (company_id, topic, payload, created_at, due_at, attempts,
                                     last_error)
        SELECT change.company_id, 'score.band_changed',
               jsonb_build_object(
                   'cause', change.cause,
                   'customer_ids', jsonb_agg(change.customer_id ORDER BY change.place),
                   'before', jsonb_agg(change.band_before ORDER BY change.place),
                   'after', jsonb_agg(change.band_after ORDER BY change.place)),
               now(), now(), 0, ''
          FROM (SELECT after.company_id, after.customer_id, after.cause,
                       before.band AS band_before, after.band AS band_after,
                       row_number() OVER (PARTITION BY after.company_id, after.cause
                                              ORDER BY after.customer_id) AS place
                  FROM new_rows after
                  JOIN old_rows before ON before.customer_id = after.customer_id
                 WHERE before.band <> after.band
                   AND after.cause NOT IN ('rules', 'rescore', 'repair')) change
         GROUP BY change.company_id, change.cause, (change.place - 1) / 500;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION score_ledger() FROM PUBLIC;

DROP TRIGGER IF EXISTS score_ledger ON scoring_engagement;
CREATE TRIGGER score_ledger AFTER UPDATE ON scoring_engagement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION score_ledger();
