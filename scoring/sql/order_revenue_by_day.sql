-- reverse: DROP MATERIALIZED VIEW IF EXISTS order_revenue_by_day_all CASCADE
-- What the counted orders of each day, platform and event brought in, as of the last refresh, in
-- the company's currency; days have the company's edges. An order without a rate adds nothing to
-- the sums and is counted in `no_rate`. Events without an id go by their name.
DROP MATERIALIZED VIEW IF EXISTS order_revenue_by_day_all CASCADE;
CREATE MATERIALIZED VIEW order_revenue_by_day_all AS
SELECT purchase.company_id,
       (purchase.ordered_at AT TIME ZONE company.time_zone)::date AS day,
       purchase.platform::text AS platform,
       coalesce(NULLIF(purchase.event_id, ''), purchase.event_name)::text AS event_key,
       max(purchase.event_name)::text AS event_name,
       count(*) AS orders,
       sum(purchase.tickets)::bigint AS tickets,
       coalesce(sum(purchase.scored_gross), 0) AS gross,
       coalesce(sum(purchase.scored_net), 0) AS net,
       count(*) FILTER (WHERE purchase.scored_net IS NULL) AS no_rate
  FROM scoring_order purchase
  JOIN crm_company company ON company.id = purchase.company_id
 WHERE purchase.is_counted
 GROUP BY 1, 2, 3, 4;
CREATE UNIQUE INDEX order_revenue_by_day_key ON order_revenue_by_day_all
       (company_id, day, platform, event_key);
REVOKE ALL ON order_revenue_by_day_all FROM PUBLIC, crm_app;

CREATE VIEW order_revenue_by_day WITH (security_barrier = true) AS
SELECT kept.*
  FROM order_revenue_by_day_all kept
 WHERE kept.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint;
REVOKE ALL ON order_revenue_by_day FROM PUBLIC, crm_app;
GRANT SELECT ON order_revenue_by_day TO crm_app;
