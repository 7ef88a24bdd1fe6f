-- reverse: DROP MATERIALIZED VIEW IF EXISTS customer_activity_timeline_all CASCADE
-- The activities of all live customers as of the last refresh (docs/views.md). The copy holds every
-- company and knows no row-level security, so the app reads it through the view of one company.
DROP MATERIALIZED VIEW IF EXISTS customer_activity_timeline_all CASCADE;
CREATE MATERIALIZED VIEW customer_activity_timeline_all AS
SELECT live.company_id, live.customer_id, live.activity_type, live.created_at, live.activity_id,
       live.metadata
  FROM customer_activity_live live
  JOIN customers_customer customer ON customer.id = live.customer_id
 WHERE customer.record_state = 'active';
CREATE UNIQUE INDEX activity_timeline_customer_key ON customer_activity_timeline_all
       (customer_id, created_at, activity_type, activity_id);
CREATE INDEX activity_timeline_newest_idx ON customer_activity_timeline_all
       (company_id, created_at);
REVOKE ALL ON customer_activity_timeline_all FROM PUBLIC, crm_app;

CREATE VIEW customer_activity_timeline WITH (security_barrier = true) AS
SELECT kept.company_id, kept.customer_id, kept.activity_type, kept.created_at, kept.activity_id,
       kept.metadata
  FROM customer_activity_timeline_all kept
 WHERE kept.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint;
REVOKE ALL ON customer_activity_timeline FROM PUBLIC, crm_app;
GRANT SELECT ON customer_activity_timeline TO crm_app;
