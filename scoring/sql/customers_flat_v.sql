-- reverse: DROP VIEW IF EXISTS customers_flat_v
-- One row a live customer: who they are, how to reach them, what they bought, what they are worth
-- (S1.7), for people who query by SQL. Money is in the company's currency.
CREATE OR REPLACE VIEW customers_flat_v WITH (security_invoker = true) AS
SELECT person.company_id,
       person.id AS customer_id,
       person.code,
       person.given_name AS first_name,
       person.family_name AS last_name,
       person.full_name AS canonical_full_name,
       person.birthday AS date_of_birth,
       email.value AS email,
       phone.value AS phone,
       person.city,
       person.postcode,
       person.country,
       coalesce(consent.granted, false) AS marketing_opt_in,
       person.lifecycle_stage,
       worth.orders AS lifetime_orders,
       worth.tickets AS lifetime_tickets,
       worth.gross AS lifetime_gross,
       worth.net AS lifetime_net,
       worth.first_order_at,
       worth.last_order_at,
       latest.event_id AS most_recent_event_id,
       latest.event_name AS most_recent_event_name,
       worth.score AS lead_score,
       worth.band AS score_band,
       worth.recency AS rfm_recency,
       worth.frequency AS rfm_frequency,
       worth.monetary AS rfm_monetary,
       worth.scored_at AS last_scored_at,
       person.created_at AS customer_since,
       person.updated_at
  FROM customers_customer person
  LEFT JOIN scoring_engagement worth ON worth.customer_id = person.id
  LEFT JOIN customers_contactpoint email
         ON email.customer_id = person.id AND email.kind = 'email' AND email.is_primary
  LEFT JOIN customers_contactpoint phone
         ON phone.customer_id = person.id AND phone.kind = 'phone' AND phone.is_primary
  LEFT JOIN LATERAL (
        SELECT answer.granted
          FROM customers_consentevent answer
         WHERE answer.customer_id = person.id AND answer.channel = 'email'
         ORDER BY answer.happened_at DESC, answer.id DESC
         LIMIT 1) consent ON true
  LEFT JOIN LATERAL (
        SELECT placed.event_id, placed.event_name
          FROM scoring_order placed
         WHERE placed.customer_id = person.id AND placed.is_counted
         ORDER BY placed.ordered_at DESC, placed.id DESC
         LIMIT 1) latest ON true
 WHERE person.record_state = 'active';
REVOKE ALL ON customers_flat_v FROM PUBLIC, crm_app;
GRANT SELECT ON customers_flat_v TO crm_app;
