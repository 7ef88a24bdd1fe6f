-- reverse: DROP VIEW IF EXISTS customer_orders_v
-- The orders of all platforms in one shape, for people who query by SQL (S1.7). Money is in units
-- of the order's currency. Discount and tax are not kept apart: they stand in `raw` of the
-- platforms' views. `counted` says whether scores and reports count the order.
CREATE OR REPLACE VIEW customer_orders_v WITH (security_invoker = true) AS
SELECT placed.company_id,
       placed.id AS order_id,
       placed.customer_id,
       lower(placed.buyer_email) AS email,
       placed.buyer_name AS purchaser_name,
       placed.external_id AS order_source_id,
       coalesce(nullif(placed.reference, ''), placed.external_id) AS order_name,
       placed.platform AS source,
       placed.ordered_at,
       placed.gross,
       placed.refunded,
       placed.net,
       placed.scored_net AS net_in_company_currency,
       placed.status,
       placed.event_id,
       placed.raw ->> 'eventDateId' AS session_id,
       placed.event_name AS session_name,
       placed.event_at AS session_start,
       placed.venue,
       placed.tickets AS ticket_count,
       placed.discount_code,
       NULL::numeric AS discount_amount,
       NULL::numeric AS tax,
       placed.currency,
       placed.sales_channel AS original_source,
       placed.is_counted AS counted
  FROM scoring_order placed
 WHERE placed.removed_at IS NULL;
REVOKE ALL ON customer_orders_v FROM PUBLIC, crm_app;
GRANT SELECT ON customer_orders_v TO crm_app;
