-- reverse: DROP FUNCTION IF EXISTS engagement_follow_one(bigint, uuid, text)
-- engagement_lock and engagement_refresh for one customer, by far the most frequent case: small
-- statements by key cost a fraction of one statement that can do many. The row is locked first; the
-- orders are added up in a later statement, which sees what was committed. One order more or less
-- always changes the row, so nothing is compared. The limits are those that score_limits_keep keeps,
-- or worked out here when their day is over. Called by engagement_follow_orders only, which sets the
-- search path; settings of its own would cost as much as a statement.
CREATE OR REPLACE FUNCTION engagement_follow_one(company bigint, customer uuid, why text)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    held record;
    fresh record;
    limits record;
    new_recency integer;
    new_frequency integer;
    new_monetary integer;
    total integer;
    warmth text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('scoring'), company::integer);
    SELECT kept.recency, kept.frequency, kept.monetary, kept.score, kept.band INTO held
      FROM scoring_engagement kept
     WHERE kept.customer_id = customer
       FOR NO KEY UPDATE;
    SELECT stored.limits_day AS day, stored.recency_from, stored.frequency_from,
           stored.monetary_from, stored.weights, stored.bands_from INTO limits
      FROM scoring_scoringday stored
     WHERE stored.company_id = company AND stored.limits_until > now();
    IF NOT FOUND THEN
        SELECT rules.day, rules.recency_from, rules.frequency AS frequency_from,
               rules.monetary AS monetary_from,
               ARRAY[rules.weight_recency, rules.weight_frequency, rules.weight_monetary] AS weights,
               ARRAY[rules.hot_from, rules.warm_from, rules.cool_from] AS bands_from INTO limits
          FROM score_rules(company) rules;
    END IF;
    SELECT count(*)::integer AS orders, coalesce(sum(bought.tickets), 0)::integer AS tickets,
           coalesce(sum(bought.scored_gross), 0) AS gross,
           coalesce(sum(bought.scored_net), 0) AS net,
           min(bought.ordered_at) AS first_order_at, max(bought.ordered_at) AS last_order_at
      INTO fresh
      FROM scoring_order bought
     WHERE bought.customer_id = customer AND bought.is_counted;
    new_recency := points_from(fresh.last_order_at, limits.recency_from);
    new_frequency := points_from(fresh.orders, limits.frequency_from);
    new_monetary := points_from(fresh.net, limits.monetary_from);
    total := limits.weights[1] * new_recency + limits.weights[2] * new_frequency
             + limits.weights[3] * new_monetary;
    warmth := score_band(total, limits.bands_from[1], limits.bands_from[2], limits.bands_from[3]);
    UPDATE scoring_engagement kept
       SET orders = fresh.orders, tickets = fresh.tickets, gross = fresh.gross, net = fresh.net,
           first_order_at = fresh.first_order_at, last_order_at = fresh.last_order_at,
           recency = new_recency, frequency = new_frequency, monetary = new_monetary,
           score = total, band = warmth, cause = why, scored_at = now(), scored_on = limits.day
     WHERE kept.customer_id = customer;
    IF held.score = total AND held.recency = new_recency AND held.frequency = new_frequency
       AND held.monetary = new_monetary AND held.band = warmth THEN
        RETURN;
    END IF;
    INSERT INTO scoring_scorechange
           (company_id, customer_id, at, cause, score_before, score_after,
            recency, frequency, monetary, band_before, band_after)
    VALUES (company, customer, now(), why, held.score, total,
            new_recency, new_frequency, new_monetary, held.band, warmth);
    IF held.band <> warmth THEN
        PERFORM score_told(company, why, ARRAY[customer], ARRAY[held.band::text], ARRAY[warmth]);
    END IF;
END $$;
REVOKE ALL ON FUNCTION engagement_follow_one(bigint, uuid, text) FROM PUBLIC;
