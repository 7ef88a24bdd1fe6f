-- reverse: DROP FUNCTION IF EXISTS score_limits_keep(bigint, date)
-- Keeps the day to which a company's scores have decayed and, beside it, the limits of its rules as
-- moments and amounts, so that one order finds them in one row by key. They hold until the midnight
-- that ends the day they are for: today, or the day of the scores if that is later. Writes nothing
-- when all of it is kept already. The caller holds the company's scoring (score_begin).
CREATE OR REPLACE FUNCTION score_limits_keep(company bigint, the_day date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scoring_scoringday AS stored
           (company_id, day, limits_day, limits_until, recency_from, frequency_from, monetary_from,
            weights, bands_from)
    SELECT company, the_day, rules.day, day_start(rules.day + 1, rules.time_zone),
           rules.recency_from, rules.frequency, rules.monetary,
           ARRAY[rules.weight_recency, rules.weight_frequency, rules.weight_monetary],
           ARRAY[rules.hot_from, rules.warm_from, rules.cool_from]
      FROM crm_company owner,
           LATERAL score_rules(company,
                               greatest((now() AT TIME ZONE owner.time_zone)::date, the_day)) rules
     WHERE owner.id = company
        ON CONFLICT (company_id) DO UPDATE
       SET day = EXCLUDED.day, limits_day = EXCLUDED.limits_day,
           limits_until = EXCLUDED.limits_until, recency_from = EXCLUDED.recency_from,
           frequency_from = EXCLUDED.frequency_from, monetary_from = EXCLUDED.monetary_from,
           weights = EXCLUDED.weights, bands_from = EXCLUDED.bands_from
     WHERE (stored.day, stored.limits_day, stored.limits_until, stored.recency_from,
            stored.frequency_from, stored.monetary_from, stored.weights, stored.bands_from)
           IS DISTINCT FROM
           (EXCLUDED.day, EXCLUDED.limits_day, EXCLUDED.limits_until, EXCLUDED.recency_from,
            EXCLUDED.frequency_from, EXCLUDED.monetary_from, EXCLUDED.weights, EXCLUDED.bands_from);
END $$;
REVOKE ALL ON FUNCTION score_limits_keep(bigint, date) FROM PUBLIC;
