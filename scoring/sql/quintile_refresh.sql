-- reverse: DROP FUNCTION IF EXISTS quintile_refresh(date)
-- The second way of scoring (S0.5) for the company in crm.company_id: customers who spent something
-- in the 365 days up to the day given, each measure in fifths among them; equal values share the
-- higher fifth. Only rows that differ are written; answers how many, those that left included.
CREATE OR REPLACE FUNCTION quintile_refresh(on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '128MB' AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    the_day date;
    zone text;
    written integer;
BEGIN
    IF company IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('quintiles'), company::integer);
    SELECT rules.time_zone, coalesce(on_day, rules.day) INTO zone, the_day
      FROM score_rules(company) rules;
    WITH fresh AS MATERIALIZED (
    SELECT year.customer_id, year.active_months, year.spent, year.last_order_at,
           ceil(5 * cume_dist() OVER (ORDER BY year.last_day))::integer AS recency,
           ceil(5 * cume_dist() OVER (ORDER BY year.active_months))::integer AS frequency,
           ceil(5 * cume_dist() OVER (ORDER BY year.spent))::integer AS monetary,
           quintile_segment(year.active_months, the_day - year.last_day) AS segment
      FROM (SELECT bought.customer_id,
                   count(DISTINCT date_trunc('month', bought.local_day))::integer AS active_months,
                   sum(bought.scored_net) AS spent, max(bought.ordered_at) AS last_order_at,
                   max(bought.local_day) AS last_day
              FROM (SELECT customer_id, scored_net, ordered_at,
                           (ordered_at AT TIME ZONE zone)::date AS local_day
                      FROM scoring_order
                     WHERE company_id = company AND is_counted AND customer_id IS NOT NULL
                       AND ordered_at >= (the_day - 367)::timestamp AT TIME ZONE zone) bought
             WHERE bought.local_day BETWEEN the_day - 365 AND the_day
             GROUP BY bought.customer_id
            HAVING sum(bought.scored_net) > 0) year),
    left_out AS (
    DELETE FROM scoring_quintilescore kept
     WHERE kept.company_id = company
       AND NOT EXISTS (SELECT FROM fresh WHERE fresh.customer_id = kept.customer_id)
    RETURNING kept.customer_id),
    changed AS (
    INSERT INTO scoring_quintilescore AS kept
           (company_id, customer_id, active_months, spent, last_order_at, recency, frequency,
            monetary, segment, as_of)
    SELECT company, customer_id, active_months, spent, last_order_at, recency, frequency, monetary,
           segment, the_day
      FROM fresh
        ON CONFLICT (customer_id) DO UPDATE
       SET active_months = EXCLUDED.active_months, spent = EXCLUDED.spent,
           last_order_at = EXCLUDED.last_order_at, recency = EXCLUDED.recency,
           frequency = EXCLUDED.frequency, monetary = EXCLUDED.monetary,
           segment = EXCLUDED.segment, as_of = EXCLUDED.as_of
     WHERE (kept.active_months, kept.spent, kept.last_order_at, kept.recency, kept.frequency,
            kept.monetary, kept.segment) IS DISTINCT FROM
           (EXCLUDED.active_months, EXCLUDED.spent, EXCLUDED.last_order_at, EXCLUDED.recency,
            EXCLUDED.frequency, EXCLUDED.monetary, EXCLUDED.segment)
    RETURNING kept.customer_id)
    SELECT (SELECT count(*) FROM left_out) + (SELECT count(*) FROM changed) INTO written;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION quintile_refresh(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION quintile_refresh(date) TO crm_app;
