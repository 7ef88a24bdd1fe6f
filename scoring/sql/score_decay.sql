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
    moved record;
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
    PERFORM score_limits_keep(company, rules.day);
    FOR step IN 1..4 LOOP
        WITH faded AS MATERIALIZED (
            SELECT held.customer_id, held.score AS score_before, held.band::text AS band_before,
                   worth.*
              FROM scoring_engagement held,
                   LATERAL score_by(held.orders, held.net, held.last_order_at, rules.recency_from,
                                    rules.frequency, rules.monetary, rules.weight_recency,
                                    rules.weight_frequency, rules.weight_monetary, rules.hot_from,
                                    rules.warm_from, rules.cool_from) worth
             WHERE held.company_id = company
               AND held.last_order_at >= before.recency_from[step]
               AND held.last_order_at < rules.recency_from[step]
               AND held.recency > worth.recency),
        line AS (
            INSERT INTO scoring_scorechange
                   (company_id, customer_id, at, cause, score_before, score_after,
                    recency, frequency, monetary, band_before, band_after)
            SELECT company, faded.customer_id, now(), 'decay', faded.score_before, faded.score,
                   faded.recency, faded.frequency, faded.monetary, faded.band_before, faded.band
              FROM faded),
        changed AS (
            UPDATE scoring_engagement held
               SET recency = faded.recency, frequency = faded.frequency,
                   monetary = faded.monetary, score = faded.score, band = faded.band,
                   cause = 'decay', scored_at = now(), scored_on = rules.day
              FROM faded
             WHERE held.customer_id = faded.customer_id)
        SELECT count(*) AS written,
               array_agg(customer_id ORDER BY customer_id)
                   FILTER (WHERE band_before <> band) AS of_whom,
               array_agg(band_before ORDER BY customer_id)
                   FILTER (WHERE band_before <> band) AS before,
               array_agg(band ORDER BY customer_id) FILTER (WHERE band_before <> band) AS after
          INTO moved FROM faded;
        IF moved.of_whom IS NOT NULL THEN
            PERFORM score_told(company, 'decay', moved.of_whom, moved.before, moved.after);
        END IF;
        written := written + moved.written;
    END LOOP;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION score_decay(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_decay(date) TO crm_app;
