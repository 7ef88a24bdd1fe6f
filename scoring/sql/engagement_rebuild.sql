-- reverse: DROP FUNCTION IF EXISTS engagement_rebuild(text, date)
-- Metrics and scores of everybody in the company in crm.company_id anew from their orders, for today
-- or the day given, with a line in the ledger for each whose score, points or band change; writes
-- only what differs and answers how many rows that were.
CREATE OR REPLACE FUNCTION engagement_rebuild(why text, on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    the_day date;
    moved record;
BEGIN
    IF company IS NULL THEN
        RETURN 0;
    END IF;
    the_day := score_begin(company, on_day);

    WITH fresh AS MATERIALIZED (
        SELECT * FROM score_differences(company, the_day)),
    line AS (
        INSERT INTO scoring_scorechange
               (company_id, customer_id, at, cause, score_before, score_after,
                recency, frequency, monetary, band_before, band_after)
        SELECT company, fresh.customer_id, now(), why,
               -- A repair goes on from what the ledger says, should a score stand beside it.
               CASE WHEN why = 'repair'
                    THEN (SELECT kept.base_score + coalesce((
                                     SELECT sum(earlier.score_after - earlier.score_before)
                                       FROM scoring_scorechange earlier
                                      WHERE earlier.customer_id = kept.customer_id), 0)
                            FROM scoring_engagement kept
                           WHERE kept.customer_id = fresh.customer_id)
                    ELSE fresh.score_before END,
               fresh.score, fresh.recency, fresh.frequency, fresh.monetary, fresh.band_before,
               fresh.band
          FROM fresh WHERE fresh.in_score),
    changed AS (
        UPDATE scoring_engagement kept
           SET orders = fresh.orders, tickets = fresh.tickets, gross = fresh.gross,
               net = fresh.net, first_order_at = fresh.first_order_at,
               last_order_at = fresh.last_order_at, recency = fresh.recency,
               frequency = fresh.frequency, monetary = fresh.monetary, score = fresh.score,
               band = fresh.band, cause = why, scored_at = now(), scored_on = the_day
          FROM fresh
         WHERE kept.customer_id = fresh.customer_id)
    SELECT count(*) AS written,
           array_agg(customer_id ORDER BY customer_id) FILTER (WHERE band_before <> band) AS of_whom,
           array_agg(band_before::text ORDER BY customer_id)
               FILTER (WHERE band_before <> band) AS before,
           array_agg(band ORDER BY customer_id) FILTER (WHERE band_before <> band) AS after
      INTO moved FROM fresh;
    IF moved.of_whom IS NOT NULL THEN
        PERFORM score_told(company, why, moved.of_whom, moved.before, moved.after);
    END IF;
    RETURN moved.written;
END $$;
REVOKE ALL ON FUNCTION engagement_rebuild(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION engagement_rebuild(text, date) TO crm_app;
