-- reverse: DROP FUNCTION IF EXISTS score_of(bigint, date, integer, numeric, timestamptz, uuid)
-- What these metrics are worth by the company's rules on a day (null: the day of score_rules).
-- Inlined, so it has no settings of its own; OFFSET 0 keeps each value from being worked out again.
CREATE OR REPLACE FUNCTION score_of(company bigint, on_day date, orders integer, net numeric,
                                    last_order_at timestamptz, rule_set uuid DEFAULT NULL)
RETURNS TABLE (recency integer, frequency integer, monetary integer, score integer, band text,
               day date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT points.recency, points.frequency, points.monetary, total.score,
           score_band(total.score, rules.hot_from, rules.warm_from, rules.cool_from), rules.day
      FROM score_rules(company, on_day, rule_set) rules,
           LATERAL (SELECT points_from(last_order_at, rules.recency_from) AS recency,
                           points_from(orders, rules.frequency) AS frequency,
                           points_from(net, rules.monetary) AS monetary
                    OFFSET 0) points,
           LATERAL (SELECT rules.weight_recency * points.recency
                           + rules.weight_frequency * points.frequency
                           + rules.weight_monetary * points.monetary AS score
                    OFFSET 0) total
$$;
