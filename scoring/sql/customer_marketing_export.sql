-- reverse: DROP MATERIALIZED VIEW IF EXISTS customer_marketing_export_all CASCADE
-- What marketing may know of each live customer, as of the last refresh (docs/views.md): how to
-- reach them, what they agreed to, which segments they are in, what they are worth.
-- A channel is contactable where the newest answer is yes and there is a valid address for it.
-- `region` is the country as typed, else the company's own. Money is in the company's currency.
DROP MATERIALIZED VIEW IF EXISTS customer_marketing_export_all CASCADE;
CREATE MATERIALIZED VIEW customer_marketing_export_all AS
WITH reached AS (
    SELECT point.customer_id,
           (array_agg(point.value::text
                      ORDER BY point.is_primary DESC, point.created_at, point.id)
            FILTER (WHERE point.kind = 'email'))[1] AS email,
           (array_agg(point.value::text
                      ORDER BY point.is_primary DESC, point.created_at, point.id)
            FILTER (WHERE point.kind = 'phone'))[1] AS phone
      FROM customers_contactpoint point
     WHERE NOT point.is_invalid
     GROUP BY point.customer_id
), newest_answer AS (
    SELECT DISTINCT ON (event.customer_id, event.channel)
           event.customer_id, event.channel, event.granted
      FROM customers_consentevent event
     ORDER BY event.customer_id, event.channel, event.happened_at DESC, event.id DESC
), agreed AS (
    SELECT answer.customer_id,
           bool_or(answer.granted) FILTER (WHERE answer.channel = 'email') AS email,
           bool_or(answer.granted) FILTER (WHERE answer.channel = 'sms') AS sms,
           bool_or(answer.granted) FILTER (WHERE answer.channel = 'phone') AS phone,
           bool_or(answer.granted) FILTER (WHERE answer.channel = 'post') AS post,
           bool_or(answer.granted) FILTER (WHERE answer.channel = 'chat') AS chat
      FROM newest_answer answer
     GROUP BY answer.customer_id
), chatting AS (
    SELECT DISTINCT identity.customer_id FROM customers_externalidentity identity
), grouped AS (
    SELECT member.customer_id, array_agg(segment.slug::text ORDER BY segment.slug) AS slugs
      FROM scoring_segmentmember member
      JOIN scoring_segment segment ON segment.id = member.segment_id
     WHERE segment.is_active AND member.how <> 'kept_out'
     GROUP BY member.customer_id
)
SELECT customer.company_id,
       customer.id AS customer_id,
       customer.code,
       customer.full_name,
       customer.given_name,
       customer.family_name,
       coalesce(reached.email, '') AS email,
       coalesce(reached.phone, '') AS phone,
       CASE agreed.email WHEN true THEN 'yes' WHEN false THEN 'no' ELSE 'unknown' END
           AS consent_email,
       CASE agreed.sms WHEN true THEN 'yes' WHEN false THEN 'no' ELSE 'unknown' END AS consent_sms,
       CASE agreed.phone WHEN true THEN 'yes' WHEN false THEN 'no' ELSE 'unknown' END
           AS consent_phone,
       CASE agreed.post WHEN true THEN 'yes' WHEN false THEN 'no' ELSE 'unknown' END
           AS consent_post,
       CASE agreed.chat WHEN true THEN 'yes' WHEN false THEN 'no' ELSE 'unknown' END
           AS consent_chat,
       array_remove(ARRAY[
           CASE WHEN agreed.email AND reached.email IS NOT NULL THEN 'email' END,
           CASE WHEN agreed.sms AND reached.phone IS NOT NULL THEN 'sms' END,
           CASE WHEN agreed.phone AND reached.phone IS NOT NULL THEN 'phone' END,
           CASE WHEN agreed.post AND customer.address_line <> '' AND customer.city <> ''
                THEN 'post' END,
           CASE WHEN agreed.chat AND chatting.customer_id IS NOT NULL THEN 'chat' END], NULL)
           AS contactable,
       coalesce(grouped.slugs, '{}') AS segments,
       customer.address_line,
       customer.city,
       customer.postcode,
       customer.country,
       coalesce(NULLIF(customer.country, ''), company.default_region) AS region,
       concat_ws(', ', NULLIF(customer.city, ''), NULLIF(customer.postcode, ''),
                 NULLIF(customer.country, '')) AS location,
       customer.language,
       customer.preferred_contact,
       customer.lifecycle_stage,
       customer.origin AS source,
       coalesce(worth.score, 6) AS score,
       coalesce(worth.band, 'cold') AS band,
       coalesce(worth.recency, 1) AS recency,
       coalesce(worth.frequency, 1) AS frequency,
       coalesce(worth.monetary, 1) AS monetary,
       coalesce(worth.orders, 0) AS orders,
       coalesce(worth.tickets, 0) AS tickets,
       coalesce(worth.gross, 0) AS gross,
       coalesce(worth.net, 0) AS net,
       company.currency,
       worth.first_order_at,
       worth.last_order_at,
       customer.created_at
  FROM customers_customer customer
  JOIN crm_company company ON company.id = customer.company_id
  LEFT JOIN reached ON reached.customer_id = customer.id
  LEFT JOIN agreed ON agreed.customer_id = customer.id
  LEFT JOIN chatting ON chatting.customer_id = customer.id
  LEFT JOIN grouped ON grouped.customer_id = customer.id
  LEFT JOIN scoring_engagement worth ON worth.customer_id = customer.id
 WHERE customer.record_state = 'active';
CREATE UNIQUE INDEX marketing_export_customer_key ON customer_marketing_export_all
       (company_id, customer_id);
REVOKE ALL ON customer_marketing_export_all FROM PUBLIC, crm_app;

CREATE VIEW customer_marketing_export WITH (security_barrier = true) AS
SELECT kept.*
  FROM customer_marketing_export_all kept
 WHERE kept.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint;
REVOKE ALL ON customer_marketing_export FROM PUBLIC, crm_app;
GRANT SELECT ON customer_marketing_export TO crm_app;
