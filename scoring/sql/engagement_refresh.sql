-- reverse: DROP FUNCTION IF EXISTS engagement_refresh(uuid[], text, date)
-- Makes metrics and scores of these customers what their orders say, and answers how many rows
-- changed. The caller holds engagement_lock of them. One customer costs the same in a large
-- company: their orders are read by the index on the customer.
CREATE OR REPLACE FUNCTION engagement_refresh(customer_ids uuid[], why text,
                                              on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_nestloop = on AS $$
DECLARE
    written integer;
BEGIN
    UPDATE scoring_engagement kept
       SET orders = metrics.orders, tickets = metrics.tickets,
           gross = metrics.gross, net = metrics.net,
           first_order_at = metrics.first_order_at, last_order_at = metrics.last_order_at,
           recency = worth.recency, frequency = worth.frequency, monetary = worth.monetary,
           score = worth.score, band = worth.band,
           cause = why, scored_at = now(), scored_on = worth.day
      FROM (SELECT wanted.company_id, wanted.customer_id,
                   count(bought.id)::integer AS orders,
                   coalesce(sum(bought.tickets), 0)::integer AS tickets,
                   coalesce(sum(bought.scored_gross), 0) AS gross,
                   coalesce(sum(bought.scored_net), 0) AS net,
                   min(bought.ordered_at) AS first_order_at,
                   max(bought.ordered_at) AS last_order_at
              FROM scoring_engagement wanted
              LEFT JOIN scoring_order bought
                     ON bought.customer_id = wanted.customer_id AND bought.is_counted
             WHERE wanted.customer_id = ANY (customer_ids)
             GROUP BY wanted.company_id, wanted.customer_id) metrics,
           LATERAL score_of(metrics.company_id, on_day, metrics.orders, metrics.net,
                            metrics.last_order_at) worth
     WHERE kept.customer_id = metrics.customer_id
       AND (kept.orders, kept.tickets, kept.gross, kept.net, kept.first_order_at,
            kept.last_order_at, kept.recency, kept.frequency, kept.monetary, kept.score, kept.band)
           IS DISTINCT FROM
           (metrics.orders, metrics.tickets, metrics.gross, metrics.net, metrics.first_order_at,
            metrics.last_order_at, worth.recency, worth.frequency, worth.monetary, worth.score,
            worth.band);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION engagement_refresh(uuid[], text, date) FROM PUBLIC;
