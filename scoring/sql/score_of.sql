-- reverse: DROP FUNCTION IF EXISTS score_of(bigint, date, integer, numeric, timestamptz, uuid)
-- What these metrics are worth by the company's rules on a day (null: the day of score_rules).
-- Inlined, so it has no settings of its own.
CREATE OR REPLACE FUNCTION score_of(company bigint, on_day date, orders integer, net numeric,
                                    last_order_at timestamptz, rule_set uuid DEFAULT NULL)
RETURNS TABLE (recency integer, frequency integer, monetary integer, score integer, band text,
               day date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT worth.recency, worth.frequency, worth.monetary, worth.score, worth.band, rules.day
      FROM score_rules(company, on_day, rule_set) rules,
           LATERAL score_by(orders, net, last_order_at, rules.recency_from, rules.frequency,
                            rules.monetary, rules.weight_recency, rules.weight_frequency,
                            rules.weight_monetary, rules.hot_from, rules.warm_from,
                            rules.cool_from) worth
$$;
