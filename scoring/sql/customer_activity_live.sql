-- reverse: DROP VIEW IF EXISTS customer_activity_live
-- What happened with customers, as it is at this moment; row-level security shows one company.
-- The one definition of an activity: customer_activity_timeline keeps a copy of it for lists and
-- reports. A new kind of activity is one more branch, its columns in the same order. `activity_id`
-- is the key of the row behind it; with the type it is unique. A lead's first event is the lead
-- itself and is not told twice.
CREATE OR REPLACE VIEW customer_activity_live WITH (security_invoker = true) AS
SELECT purchase.company_id,
       purchase.customer_id,
       'order'::text AS activity_type,
       purchase.ordered_at AS created_at,
       purchase.id::text AS activity_id,
       jsonb_build_object(
           'order_id', purchase.external_id, 'reference', purchase.reference,
           'amount', purchase.net, 'gross', purchase.gross, 'refunded', purchase.refunded,
           'currency', purchase.currency, 'tickets', purchase.tickets,
           'event_name', purchase.event_name, 'status', purchase.status,
           'counted', purchase.is_counted, 'source', purchase.platform,
           'purchaser', purchase.buyer_name) AS metadata
  FROM scoring_order purchase
 WHERE purchase.customer_id IS NOT NULL AND purchase.removed_at IS NULL
UNION ALL
SELECT lead.company_id, lead.customer_id, 'lead', lead.received_at, lead.id::text,
       jsonb_build_object(
           'lead_id', lead.id, 'status', lead.status, 'branch', branch.name,
           'source', source.name, 'sub_source', source.sub_source, 'interest', lead.interest)
  FROM leads_lead lead
  LEFT JOIN crm_branch branch ON branch.id = lead.branch_id
  LEFT JOIN leads_leadsource source ON source.id = lead.source_id
 WHERE lead.customer_id IS NOT NULL
UNION ALL
SELECT event.company_id, lead.customer_id, 'lead_event', event.at, event.id::text,
       jsonb_build_object(
           'lead_id', event.lead_id, 'event', event.kind, 'old_status', event.old_status,
           'status', event.new_status, 'remarks', left(event.remarks, 200), 'by', event.by_name)
  FROM leads_leadevent event
  JOIN leads_lead lead ON lead.id = event.lead_id
 WHERE lead.customer_id IS NOT NULL AND event.kind NOT IN ('created', 'walk_in_created')
UNION ALL
SELECT change.company_id, change.customer_id, 'stage_change', change.at, change.id::text,
       jsonb_build_object(
           'old_stage', change.old_stage, 'status', change.new_stage, 'reason', change.reason,
           'by', change.changed_by)
  FROM customers_stagechange change
UNION ALL
SELECT note.company_id, note.customer_id, 'note', note.created_at, note.id::text,
       jsonb_build_object('text', left(note.text, 200), 'by', note.author_name)
  FROM customers_note note;
REVOKE ALL ON customer_activity_live FROM PUBLIC, crm_app;
GRANT SELECT ON customer_activity_live TO crm_app;
