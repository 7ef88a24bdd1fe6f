-- reverse: DROP FUNCTION IF EXISTS score_company(text, date)
-- Scores everybody in the company in crm.company_id by their metrics, for today or the day given;
-- writes only what differs and answers how many rows that were. Writers of the company's orders
-- wait until the commit. The metrics themselves are exact already (engagement_follow_orders).
-- Planned each time, because limits that the plan knows as constants are compared fastest.
CREATE OR REPLACE FUNCTION score_company(why text, on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    the_day date;
    rules record;
    written integer;
BEGIN
    IF company IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('scoring'), company::integer);
    SELECT coalesce(on_day, (now() AT TIME ZONE owner.time_zone)::date) INTO the_day
      FROM crm_company owner WHERE owner.id = company;
    INSERT INTO scoring_scoringday AS stored (company_id, day) VALUES (company, the_day)
        ON CONFLICT (company_id) DO UPDATE SET day = EXCLUDED.day
     WHERE stored.day <> EXCLUDED.day;
    SELECT * INTO rules FROM score_rules(company, the_day);

    UPDATE scoring_engagement held
       SET (recency, frequency, monetary, score, band) = (
               SELECT * FROM score_by(
                   held.orders, held.net, held.last_order_at, rules.recency_from,
                   rules.frequency, rules.monetary, rules.weight_recency, rules.weight_frequency,
                   rules.weight_monetary, rules.hot_from, rules.warm_from, rules.cool_from)),
           cause = why, scored_at = now(), scored_on = the_day
     WHERE held.company_id = company
       -- Judged by what is held, so that nothing is worked out for those who are right.
       AND (held.recency <> points_from(held.last_order_at, rules.recency_from)
            OR held.frequency <> points_from(held.orders, rules.frequency)
            OR held.monetary <> points_from(held.net, rules.monetary)
            OR held.score <> rules.weight_recency * held.recency
                             + rules.weight_frequency * held.frequency
                             + rules.weight_monetary * held.monetary
            OR held.band <> score_band(held.score, rules.hot_from, rules.warm_from,
                                       rules.cool_from));
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION score_company(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_company(text, date) TO crm_app;
