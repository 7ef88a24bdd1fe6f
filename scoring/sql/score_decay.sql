-- reverse: DROP FUNCTION IF EXISTS score_decay(date)
-- Time passed: customers of the company in crm.company_id who have waited too long to keep their
-- points of recency lose them, and nobody else is touched; answers how many. Since the day to which
-- scores have decayed, each limit moved on by some days; the index on (company, last_order_at) holds
-- exactly those whose last order lies in one of these four windows. Missed nights widen the windows.
-- A day before the last one changes nothing: time alone raises no score.
CREATE OR REPLACE FUNCTION score_decay(on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    until_now date;
    before record;
    rules record;
    step integer;
    faded integer;
    written integer := 0;
BEGIN
    IF company IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('scoring'), company::integer);
    SELECT stored.day INTO until_now FROM scoring_scoringday stored
     WHERE stored.company_id = company;
    SELECT * INTO rules FROM score_rules(company, on_day);
    IF until_now IS NULL THEN  -- nobody knows for which day they were scored
        RETURN score_company('decay', rules.day);
    END IF;
    IF rules.day <= until_now THEN
        RETURN 0;
    END IF;
    SELECT * INTO before FROM score_rules(company, until_now);
    UPDATE scoring_scoringday SET day = rules.day WHERE company_id = company;
    FOR step IN 1..4 LOOP
        UPDATE scoring_engagement held
           SET (recency, score, band) = (
                   SELECT worth.recency, worth.score, worth.band
                     FROM score_by(held.orders, held.net, held.last_order_at, rules.recency_from,
                                   rules.frequency, rules.monetary, rules.weight_recency,
                                   rules.weight_frequency, rules.weight_monetary, rules.hot_from,
                                   rules.warm_from, rules.cool_from) worth),
               cause = 'decay', scored_at = now(), scored_on = rules.day
         WHERE held.company_id = company
           AND held.last_order_at >= before.recency_from[step]
           AND held.last_order_at < rules.recency_from[step]
           AND held.recency > points_from(held.last_order_at, rules.recency_from);
        GET DIAGNOSTICS faded = ROW_COUNT;
        written := written + faded;
    END LOOP;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION score_decay(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_decay(date) TO crm_app;
