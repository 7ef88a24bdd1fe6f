-- reverse: DROP FUNCTION IF EXISTS score_drift(integer)
-- How many customers of the company in crm.company_id have metrics, or only a score, that their
-- orders do not bear out on the day they were last scored for, and some of their ids.
CREATE OR REPLACE FUNCTION score_drift(shown integer, OUT metrics integer, OUT scores integer,
                                       OUT customer_ids uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
    WITH company AS MATERIALIZED (
        SELECT owner.id, coalesce(decayed.day, (now() AT TIME ZONE owner.time_zone)::date) AS day
          FROM crm_company owner
          LEFT JOIN scoring_scoringday decayed ON decayed.company_id = owner.id
         WHERE owner.id = NULLIF(current_setting('crm.company_id', true), '')::bigint),
    different AS MATERIALIZED (
        SELECT held.customer_id,
               (held.orders, held.tickets, held.gross, held.net, held.first_order_at,
                held.last_order_at) IS DISTINCT FROM
               (fresh.orders, fresh.tickets, fresh.gross, fresh.net, fresh.first_order_at,
                fresh.last_order_at) AS in_metrics
          FROM company, score_differences(company.id, company.day) fresh
          JOIN scoring_engagement held ON held.customer_id = fresh.customer_id
         -- Scored since on a later day, and right for that day: no drift.
         WHERE NOT EXISTS (
                   SELECT FROM score_of(held.company_id, held.scored_on, fresh.orders, fresh.net,
                                        fresh.last_order_at) later
                    WHERE held.scored_on > company.day
                      AND (held.orders, held.tickets, held.gross, held.net, held.first_order_at,
                           held.last_order_at, held.recency, held.frequency, held.monetary,
                           held.score, held.band) IS NOT DISTINCT FROM
                          (fresh.orders, fresh.tickets, fresh.gross, fresh.net,
                           fresh.first_order_at, fresh.last_order_at, later.recency,
                           later.frequency, later.monetary, later.score, later.band)))
    SELECT count(*) FILTER (WHERE in_metrics)::integer,
           count(*) FILTER (WHERE NOT in_metrics)::integer,
           coalesce((array_agg(customer_id ORDER BY customer_id))[1:shown], '{}')
      FROM different
$$;
REVOKE ALL ON FUNCTION score_drift(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_drift(integer) TO crm_app;
