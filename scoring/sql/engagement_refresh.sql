-- reverse: DROP FUNCTION IF EXISTS engagement_refresh(bigint, uuid[], text, date)
-- Makes metrics and scores of these customers of one company what their orders say, with a line in
-- the ledger for each whose points, score or band change, and answers how many rows changed. The
-- caller holds engagement_lock of them. Few customers cost the same in a large company: their orders
-- are read by the index on the customer.
CREATE OR REPLACE FUNCTION engagement_refresh(company bigint, customer_ids uuid[], why text,
                                              on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_nestloop = on AS $$
DECLARE
    rules record;
    moved record;
BEGIN
    SELECT * INTO rules FROM score_rules(company, on_day);
    WITH fresh AS MATERIALIZED (
        SELECT metrics.*, worth.recency, worth.frequency, worth.monetary, worth.score, worth.band,
               -- A repair goes on from what the ledger says, should a score stand beside it.
               CASE WHEN why = 'repair'
                    THEN kept.base_score + coalesce((
                             SELECT sum(line.score_after - line.score_before)
                               FROM scoring_scorechange line
                              WHERE line.customer_id = kept.customer_id), 0)
                    ELSE kept.score END AS score_before,
               kept.band AS band_before,
               (kept.recency, kept.frequency, kept.monetary, kept.score, kept.band)
               IS DISTINCT FROM
               (worth.recency, worth.frequency, worth.monetary, worth.score, worth.band) AS in_score
          FROM (SELECT wanted.customer_id, count(bought.id)::integer AS orders,
                       coalesce(sum(bought.tickets), 0)::integer AS tickets,
                       coalesce(sum(bought.scored_gross), 0) AS gross,
                       coalesce(sum(bought.scored_net), 0) AS net,
                       min(bought.ordered_at) AS first_order_at,
                       max(bought.ordered_at) AS last_order_at
                  FROM scoring_engagement wanted
                  LEFT JOIN scoring_order bought
                         ON bought.customer_id = wanted.customer_id AND bought.is_counted
                 WHERE wanted.customer_id = ANY (customer_ids) AND wanted.company_id = company
                 GROUP BY wanted.customer_id) metrics
          JOIN scoring_engagement kept ON kept.customer_id = metrics.customer_id,
               LATERAL score_by(metrics.orders, metrics.net, metrics.last_order_at,
                                rules.recency_from, rules.frequency, rules.monetary,
                                rules.weight_recency, rules.weight_frequency,
                                rules.weight_monetary, rules.hot_from, rules.warm_from,
                                rules.cool_from) worth
         WHERE (kept.orders, kept.tickets, kept.gross, kept.net, kept.first_order_at,
                kept.last_order_at, kept.recency, kept.frequency, kept.monetary, kept.score,
                kept.band)
               IS DISTINCT FROM
               (metrics.orders, metrics.tickets, metrics.gross, metrics.net,
                metrics.first_order_at, metrics.last_order_at, worth.recency, worth.frequency,
                worth.monetary, worth.score, worth.band)),
    line AS (
        INSERT INTO scoring_scorechange
               (company_id, customer_id, at, cause, score_before, score_after,
                recency, frequency, monetary, band_before, band_after)
        SELECT company, fresh.customer_id, now(), why, fresh.score_before, fresh.score,
               fresh.recency, fresh.frequency, fresh.monetary, fresh.band_before, fresh.band
          FROM fresh WHERE fresh.in_score),
    changed AS (
        UPDATE scoring_engagement kept
           SET orders = fresh.orders, tickets = fresh.tickets,
               gross = fresh.gross, net = fresh.net,
               first_order_at = fresh.first_order_at, last_order_at = fresh.last_order_at,
               recency = fresh.recency, frequency = fresh.frequency, monetary = fresh.monetary,
               score = fresh.score, band = fresh.band,
               cause = why, scored_at = now(), scored_on = rules.day
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
REVOKE ALL ON FUNCTION engagement_refresh(bigint, uuid[], text, date) FROM PUBLIC;
