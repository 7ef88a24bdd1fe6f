-- reverse: DROP FUNCTION IF EXISTS score_by(integer, numeric, timestamptz, timestamptz[], integer[], numeric[], integer, integer, integer, integer, integer, integer)
-- What these metrics are worth by rules that the caller has at hand (a row of score_rules).
-- Inlined, so it has no settings of its own; OFFSET 0 keeps each value from being worked out again.
CREATE OR REPLACE FUNCTION score_by(orders integer, net numeric, last_order_at timestamptz,
                                    recency_from timestamptz[], frequency_from integer[],
                                    monetary_from numeric[], weight_recency integer,
                                    weight_frequency integer, weight_monetary integer,
                                    hot_from integer, warm_from integer, cool_from integer)
RETURNS TABLE (recency integer, frequency integer, monetary integer, score integer, band text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT points.recency, points.frequency, points.monetary, total.score,
           score_band(total.score, hot_from, warm_from, cool_from)
      FROM (SELECT points_from(last_order_at, recency_from) AS recency,
                   points_from(orders, frequency_from) AS frequency,
                   points_from(net, monetary_from) AS monetary
            OFFSET 0) points,
           LATERAL (SELECT weight_recency * points.recency
                           + weight_frequency * points.frequency
                           + weight_monetary * points.monetary AS score
                    OFFSET 0) total
$$;
