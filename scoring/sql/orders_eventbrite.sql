-- reverse: DROP VIEW IF EXISTS orders_eventbrite
-- The orders of Eventbrite under the name and in the shape that people who query by SQL know (one row
-- an order, money in hundredths of its currency). Row-level security shows one company's.
CREATE OR REPLACE VIEW orders_eventbrite WITH (security_invoker = true) AS
SELECT placed.company_id,
       placed.external_id AS source_id,
       placed.reference AS order_name,
       placed.customer_id,
       placed.buyer_name AS purchaser_name,
       placed.buyer_email AS purchaser_email,
       placed.buyer_phone AS purchaser_mobile,
       placed.ordered_at,
       placed.platform_status AS status,
       CASE placed.status WHEN 'complete' THEN 'paid' WHEN 'partly_refunded' THEN 'partially_refunded'
                          ELSE placed.status END AS financial_status,
       placed.sales_channel,
       placed.currency,
       (placed.gross * 100)::bigint AS gross_cents,
       (placed.refunded * 100)::bigint AS refunded_cents,
       (placed.net * 100)::bigint AS net_cents,
       placed.tickets AS ticket_count,
       placed.event_id AS event_source_id,
       placed.event_name,
       placed.event_at AS session_start,
       placed.venue,
       placed.discount_code,
       placed.is_counted,
       placed.raw,
       placed.changed_at AS updated_at_source,
       placed.created_at AS ingested_at
  FROM scoring_order placed
 WHERE placed.platform = 'eventbrite' AND placed.removed_at IS NULL;
REVOKE ALL ON orders_eventbrite FROM PUBLIC, crm_app;
GRANT SELECT ON orders_eventbrite TO crm_app;
