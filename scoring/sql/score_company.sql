-- reverse: DROP FUNCTION IF EXISTS score_company(text, date)
-- Scores everybody in the company in crm.company_id by their metrics, for today or the day given;
-- writes only what differs and answers how many rows that were. The metrics themselves are exact
-- already (engagement_follow_orders). Nobody else writes these rows meanwhile (score_begin), so the
-- ledger is written first and the rows after it, by the same condition: reading twice costs less
-- than matching old rows with new ones. Planned each time, because limits that the plan knows as
-- constants are compared fastest; for the same reason each value is spelled out where it is needed.
-- Without index scans, because rows are written fastest in the order in which they lie.
CREATE OR REPLACE FUNCTION score_company(why text, on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_indexscan = off AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    the_day date;
    rules record;
    written integer;
    ledger_before bigint;
    moved record;
BEGIN
    IF company IS NULL THEN
        RETURN 0;
    END IF;
    the_day := score_begin(company, on_day);
    SELECT * INTO rules FROM score_rules(company, the_day);
    SELECT coalesce(max(id), 0) INTO ledger_before FROM scoring_scorechange;

    INSERT INTO scoring_scorechange
           (company_id, customer_id, at, cause, score_before, score_after,
            recency, frequency, monetary, band_before, band_after)
    SELECT company, fresh.customer_id, now(), why, fresh.score, fresh.total,
           fresh.recency, fresh.frequency, fresh.monetary, fresh.band,
           score_band(fresh.total, rules.hot_from, rules.warm_from, rules.cool_from)
      FROM (SELECT worth.*, rules.weight_recency * worth.recency
                            + rules.weight_frequency * worth.frequency
                            + rules.weight_monetary * worth.monetary AS total
              FROM (SELECT held.customer_id, held.score, held.band,
                           points_from(held.last_order_at, rules.recency_from) AS recency,
                           points_from(held.orders, rules.frequency) AS frequency,
                           points_from(held.net, rules.monetary) AS monetary
                      FROM scoring_engagement held
                     WHERE held.company_id = company
                       -- Judged by what is held: nothing is worked out for those who are right.
                       AND (held.recency <> points_from(held.last_order_at, rules.recency_from)
                            OR held.frequency <> points_from(held.orders, rules.frequency)
                            OR held.monetary <> points_from(held.net, rules.monetary)
                            OR held.score <> rules.weight_recency * held.recency
                                             + rules.weight_frequency * held.frequency
                                             + rules.weight_monetary * held.monetary
                            OR held.band <> score_band(held.score, rules.hot_from, rules.warm_from,
                                                       rules.cool_from))
                    OFFSET 0) worth
            OFFSET 0) fresh;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written = 0 THEN
        RETURN 0;
    END IF;
    IF EXISTS (SELECT FROM crm_changefeed feed
                WHERE feed.company_id = company AND feed.listening_since IS NOT NULL) THEN
        SELECT array_agg(line.customer_id ORDER BY line.id) AS of_whom,
               array_agg(line.band_before::text ORDER BY line.id) AS before,
               array_agg(line.band_after::text ORDER BY line.id) AS after
          INTO moved
          FROM scoring_scorechange line
         WHERE line.company_id = company AND line.at = now() AND line.id > ledger_before
           AND line.band_before <> line.band_after;
        PERFORM score_tell_listeners(company, why, moved.of_whom, moved.before, moved.after);
    END IF;

    UPDATE scoring_engagement held
       SET recency = points_from(held.last_order_at, rules.recency_from),
           frequency = points_from(held.orders, rules.frequency),
           monetary = points_from(held.net, rules.monetary),
           score = rules.weight_recency * points_from(held.last_order_at, rules.recency_from)
                   + rules.weight_frequency * points_from(held.orders, rules.frequency)
                   + rules.weight_monetary * points_from(held.net, rules.monetary),
           band = CASE width_bucket(
                           rules.weight_recency * points_from(held.last_order_at,
                                                              rules.recency_from)
                           + rules.weight_frequency * points_from(held.orders, rules.frequency)
                           + rules.weight_monetary * points_from(held.net, rules.monetary),
                           ARRAY[rules.cool_from, rules.warm_from, rules.hot_from])
                       WHEN 0 THEN 'cold' WHEN 1 THEN 'cool' WHEN 2 THEN 'warm' ELSE 'hot' END,
           cause = why, scored_at = now(), scored_on = the_day
     WHERE held.company_id = company
       AND (held.recency <> points_from(held.last_order_at, rules.recency_from)
            OR held.frequency <> points_from(held.orders, rules.frequency)
            OR held.monetary <> points_from(held.net, rules.monetary)
            OR held.score <> rules.weight_recency * held.recency
                             + rules.weight_frequency * held.frequency
                             + rules.weight_monetary * held.monetary
            OR held.band <> score_band(held.score, rules.hot_from, rules.warm_from,
                                       rules.cool_from));
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION score_company(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_company(text, date) TO crm_app;
