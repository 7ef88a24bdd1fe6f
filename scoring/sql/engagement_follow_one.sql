-- reverse: DROP FUNCTION IF EXISTS engagement_follow_one(bigint, uuid, text)
-- engagement_lock and engagement_refresh for one customer, by far the most frequent case: small
-- statements by key cost a fraction of one statement that can do many. The row is locked first; the
-- orders are added up in a later statement, which sees what was committed. One order more or less
-- always changes the row, so nothing is compared. Called by engagement_follow_orders only, which
-- sets the search path; settings of its own would cost as much as a statement.
CREATE OR REPLACE FUNCTION engagement_follow_one(company bigint, customer uuid, why text)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    fresh record;
    worth record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('scoring'), company::integer);
    PERFORM FROM scoring_engagement kept WHERE kept.customer_id = customer FOR NO KEY UPDATE;
    SELECT count(*)::integer AS orders, coalesce(sum(bought.tickets), 0)::integer AS tickets,
           coalesce(sum(bought.scored_gross), 0) AS gross,
           coalesce(sum(bought.scored_net), 0) AS net,
           min(bought.ordered_at) AS first_order_at, max(bought.ordered_at) AS last_order_at
      INTO fresh
      FROM scoring_order bought
     WHERE bought.customer_id = customer AND bought.is_counted;
    SELECT * INTO worth
      FROM score_of(company, NULL, fresh.orders, fresh.net, fresh.last_order_at);
    UPDATE scoring_engagement kept
       SET orders = fresh.orders, tickets = fresh.tickets, gross = fresh.gross, net = fresh.net,
           first_order_at = fresh.first_order_at, last_order_at = fresh.last_order_at,
           recency = worth.recency, frequency = worth.frequency, monetary = worth.monetary,
           score = worth.score, band = worth.band,
           cause = why, scored_at = now(), scored_on = worth.day
     WHERE kept.customer_id = customer;
END $$;
REVOKE ALL ON FUNCTION engagement_follow_one(bigint, uuid, text) FROM PUBLIC;
