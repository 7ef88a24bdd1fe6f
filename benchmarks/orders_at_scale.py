"""Orders for the customers of the prepared database, made in SQL; about one for each customer.

Half of them never bought; of the others most bought once or twice and a few bought ten times and
more, spread over four years, newer months more. The same customers get the same orders.
"""

import time

import psycopg

COUNT = "SELECT count(*) FROM scoring_order"
COMPANIES = "SELECT id, currency FROM crm_company ORDER BY id"
SET_COMPANY = "SELECT set_config('crm.company_id', %s, false)"
# `chance` gives numbers from 0 to 1 that look random and depend on the customer and order alone.
FILL = """
WITH buyer AS (
    SELECT customer.id, customer.full_name,
           (hashtextextended(customer.id::text, 1) & 1048575) / 1048576.0 AS luck
      FROM customers_customer customer
     WHERE customer.company_id = %(company)s AND customer.record_state = 'active'
), wanted AS (
    SELECT buyer.id AS customer_id, buyer.full_name, number,
           (hashtextextended(buyer.id::text, 10 + number) & 1048575) / 1048576.0 AS chance,
           (hashtextextended(buyer.id::text, 100 + number) & 1048575) / 1048576.0 AS worth
      FROM buyer
     CROSS JOIN LATERAL generate_series(1, CASE
           WHEN buyer.luck < 0.50 THEN 0 WHEN buyer.luck < 0.75 THEN 1 WHEN buyer.luck < 0.88 THEN 2
           WHEN buyer.luck < 0.95 THEN 3 WHEN buyer.luck < 0.985 THEN 5 ELSE 11 END) number
)
INSERT INTO scoring_order
       (id, company_id, created_at, updated_at, platform, external_id, reference, customer_id,
        link_method, buyer_name, buyer_email, buyer_phone, buyer_email_key, buyer_phone_key,
        status, platform_status, sales_channel, currency, gross, refunded, net, scored_gross,
        scored_net, tickets, event_id, event_name, venue, discount_code, ordered_at, changed_at,
        review, review_reasons, removed_by, raw)
SELECT new_uuid7(), %(company)s, now(), now(),
       CASE WHEN chance < 0.2 THEN 'humanitix' ELSE 'eventbrite' END,
       replace(customer_id::text, '-', '') || '-' || number, '', customer_id, 'email', full_name,
       '', '', '', '', 'complete', 'complete', 'online', %(currency)s, paid, 0, paid, paid, paid,
       1 + (worth * 3)::integer, 'event-' || event, 'Festival ' || event, 'Hall ' || event %% 9, '',
       moment, moment, 'fine', '[]', '', '{}'
  FROM wanted
 CROSS JOIN LATERAL (
       SELECT round((20 + 180 * worth * worth)::numeric, 2) AS paid,
              (chance * 400)::integer AS event,
              now() - chance * chance * interval '1460 days' AS moment) derived
"""


def ensure_orders(owner_url: str) -> tuple[int, float]:
    """Make the orders where there are none; how many there are, and the seconds it took.

    The triggers that keep metrics and scores run, as they do for an import.
    """
    began = time.monotonic()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        if not _count(owner):
            for company, currency in owner.execute(COMPANIES).fetchall():
                owner.execute(SET_COMPANY, [str(company)])
                owner.execute(FILL, {"company": company, "currency": currency})
            owner.execute("VACUUM ANALYZE scoring_order, scoring_engagement")
        return _count(owner), time.monotonic() - began


def _count(owner: psycopg.Connection) -> int:
    row = owner.execute(COUNT).fetchone()
    return int(row[0]) if row else 0
