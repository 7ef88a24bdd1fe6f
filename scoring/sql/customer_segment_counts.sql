-- reverse: DROP MATERIALIZED VIEW IF EXISTS customer_segment_counts_all CASCADE
-- How many live customers each active segment has, as of the last refresh (docs/views.md).
DROP MATERIALIZED VIEW IF EXISTS customer_segment_counts_all CASCADE;
CREATE MATERIALIZED VIEW customer_segment_counts_all AS
SELECT segment.company_id,
       segment.id AS segment_id,
       segment.slug::text AS slug,
       segment.name::text AS name,
       count(customer.id) FILTER (WHERE member.how <> 'kept_out') AS customers,
       count(customer.id) FILTER (WHERE member.how = 'rule') AS by_rule,
       count(customer.id) FILTER (WHERE member.how = 'added') AS added,
       count(customer.id) FILTER (WHERE member.how = 'kept_out') AS kept_out
  FROM scoring_segment segment
  LEFT JOIN scoring_segmentmember member ON member.segment_id = segment.id
  LEFT JOIN customers_customer customer
         ON customer.id = member.customer_id AND customer.record_state = 'active'
 WHERE segment.is_active
 GROUP BY segment.id;
CREATE UNIQUE INDEX segment_counts_segment_key ON customer_segment_counts_all (segment_id);
REVOKE ALL ON customer_segment_counts_all FROM PUBLIC, crm_app;

CREATE VIEW customer_segment_counts WITH (security_barrier = true) AS
SELECT kept.*
  FROM customer_segment_counts_all kept
 WHERE kept.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint;
REVOKE ALL ON customer_segment_counts FROM PUBLIC, crm_app;
GRANT SELECT ON customer_segment_counts TO crm_app;
