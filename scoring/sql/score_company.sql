-- reverse: DROP FUNCTION IF EXISTS score_company(text, date)
-- Scores everybody in the company in crm.company_id by their metrics, for today or the day given;
-- writes only what differs and answers how many rows that were. Writers of the company's orders
-- wait until the commit. The metrics themselves are exact already (engagement_follow_orders).
CREATE OR REPLACE FUNCTION score_company(why text, on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB'
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    the_day date;
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

    UPDATE scoring_engagement kept
       SET recency = worth.recency, frequency = worth.frequency, monetary = worth.monetary,
           score = worth.score, band = worth.band,
           cause = why, scored_at = now(), scored_on = the_day
      FROM score_rules(company, the_day) rules,
           scoring_engagement held,
           LATERAL score_of(company, the_day, held.orders, held.net, held.last_order_at) worth
     WHERE held.company_id = company
       -- Judged by what is held, so that nothing is worked out for those who are right.
       AND (held.recency <> points_from(held.last_order_at, rules.recency_from)
            OR held.frequency <> points_from(held.orders, rules.frequency)
            OR held.monetary <> points_from(held.net, rules.monetary)
            OR held.score <> rules.weight_recency * held.recency
                             + rules.weight_frequency * held.frequency
                             + rules.weight_monetary * held.monetary
            OR held.band <> score_band(held.score, rules.hot_from, rules.warm_from,
                                       rules.cool_from))
       AND kept.customer_id = held.customer_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION score_company(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_company(text, date) TO crm_app;
