-- reverse: DROP FUNCTION IF EXISTS score_rules(bigint, date, uuid)
-- The rules a company scores by: its active rule set (or the one given, for a preview), or the
-- standard (source systems S1.5, S0.2) when it has none. `day` is the day the scores are for: the
-- one given, or today in the company's zone, and never before the day to which they have decayed
-- already. An order at or after recency_from[i] earns 6 - i points on that day.
-- Inlined into the queries that join it, so it has no settings; OFFSET 0 lets it be worked out once.
CREATE OR REPLACE FUNCTION score_rules(company bigint, on_day date DEFAULT NULL,
                                       rule_set uuid DEFAULT NULL)
RETURNS TABLE (version integer, recency_days integer[], frequency integer[], monetary numeric[],
               weight_recency integer, weight_frequency integer, weight_monetary integer,
               hot_from integer, warm_from integer, cool_from integer, active_days integer,
               dormant_days integer, new_days integer, shows_quintiles boolean,
               time_zone text, day date, recency_from timestamptz[])
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(rules.version, 0),
           coalesce(rules.recency_days, '{30,60,90,180}'),
           coalesce(rules.frequency, '{10,5,3,1}'),
           coalesce(rules.monetary, '{1000,500,200,50}'),
           coalesce(rules.weight_recency::integer, 3),
           coalesce(rules.weight_frequency::integer, 2),
           coalesce(rules.weight_monetary::integer, 1),
           coalesce(rules.hot_from::integer, 24),
           coalesce(rules.warm_from::integer, 18),
           coalesce(rules.cool_from::integer, 12),
           coalesce(rules.active_days, 90),
           coalesce(rules.dormant_days, 365),
           coalesce(rules.new_days, 30),
           coalesce(rules.shows_quintiles, false),
           owner.time_zone::text,
           today.day,
           ARRAY(SELECT day_start(today.day - least(days, 100000), owner.time_zone)
                   FROM unnest(coalesce(rules.recency_days, '{30,60,90,180}'))
                        WITH ORDINALITY AS allowed (days, place)
                  ORDER BY place)
      FROM crm_company owner
      LEFT JOIN scoring_scoringday decayed ON decayed.company_id = owner.id
      LEFT JOIN scoring_ruleset rules
             ON rules.company_id = owner.id
            AND CASE WHEN rule_set IS NULL THEN rules.is_active ELSE rules.id = rule_set END,
           LATERAL (SELECT coalesce(on_day,
                                    greatest((now() AT TIME ZONE owner.time_zone)::date,
                                             decayed.day)) AS day) today
     WHERE owner.id = company
    OFFSET 0
$$;
