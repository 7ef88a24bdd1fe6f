-- reverse: DROP FUNCTION IF EXISTS score_differences(bigint, date)
-- The customers of a company whose row is not what their orders and the rules say on that day, with
-- what it should be, and whether the score or a point is among it. All orders are read once; inlined,
-- so it has no settings of its own.
CREATE OR REPLACE FUNCTION score_differences(company bigint, on_day date)
RETURNS TABLE (customer_id uuid, orders integer, tickets integer, gross numeric, net numeric,
               first_order_at timestamptz, last_order_at timestamptz, recency integer,
               frequency integer, monetary integer, score integer, band text,
               score_before integer, band_before text, in_score boolean)
LANGUAGE sql STABLE AS $$
    SELECT held.customer_id, metrics.orders, metrics.tickets, metrics.gross, metrics.net,
           metrics.first_order_at, metrics.last_order_at,
           worth.recency, worth.frequency, worth.monetary, worth.score, worth.band,
           held.score::integer, held.band::text,
           (held.recency, held.frequency, held.monetary, held.score, held.band) IS DISTINCT FROM
           (worth.recency, worth.frequency, worth.monetary, worth.score, worth.band)
      FROM score_rules(company, on_day) rules,
           scoring_engagement held
      LEFT JOIN (SELECT bought.customer_id, count(*)::integer AS orders,
                        sum(bought.tickets)::integer AS tickets,
                        coalesce(sum(bought.scored_gross), 0) AS gross,
                        coalesce(sum(bought.scored_net), 0) AS net,
                        min(bought.ordered_at) AS first_order_at,
                        max(bought.ordered_at) AS last_order_at
                   FROM scoring_order bought
                  WHERE bought.company_id = company AND bought.is_counted
                    AND bought.customer_id IS NOT NULL
                  GROUP BY bought.customer_id) counted ON counted.customer_id = held.customer_id,
           LATERAL (SELECT coalesce(counted.orders, 0) AS orders,
                           coalesce(counted.tickets, 0) AS tickets,
                           coalesce(counted.gross, 0) AS gross,
                           coalesce(counted.net, 0) AS net,
                           counted.first_order_at, counted.last_order_at) metrics,
           LATERAL score_by(metrics.orders, metrics.net, metrics.last_order_at,
                            rules.recency_from, rules.frequency, rules.monetary,
                            rules.weight_recency, rules.weight_frequency, rules.weight_monetary,
                            rules.hot_from, rules.warm_from, rules.cool_from) worth
     WHERE held.company_id = company
       AND ((held.orders, held.tickets, held.gross, held.net, held.first_order_at,
             held.last_order_at)
            IS DISTINCT FROM
            (metrics.orders, metrics.tickets, metrics.gross, metrics.net, metrics.first_order_at,
             metrics.last_order_at)
            -- Judged by what is held, so that nothing is worked out for those who are right.
            OR held.recency <> points_from(held.last_order_at, rules.recency_from)
            OR held.frequency <> points_from(held.orders, rules.frequency)
            OR held.monetary <> points_from(held.net, rules.monetary)
            OR held.score <> rules.weight_recency * held.recency
                             + rules.weight_frequency * held.frequency
                             + rules.weight_monetary * held.monetary
            OR held.band <> score_band(held.score, rules.hot_from, rules.warm_from,
                                       rules.cool_from))
$$;
REVOKE ALL ON FUNCTION score_differences(bigint, date) FROM PUBLIC;
