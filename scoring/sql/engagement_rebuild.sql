-- reverse: DROP FUNCTION IF EXISTS engagement_rebuild(text, date)
-- Metrics and scores of everybody in the company in crm.company_id anew from their orders, for today
-- or the day given; writes only what differs and answers how many rows that were. Writers of the
-- company's orders wait until the commit, so that nothing is counted as it was before.
CREATE OR REPLACE FUNCTION engagement_rebuild(why text, on_day date DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    the_day date;
    written integer;
BEGIN
    IF company IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('scoring'), company::integer);
    SELECT coalesce(on_day, (now() AT TIME ZONE owner.time_zone)::date) INTO the_day
      FROM crm_company owner WHERE owner.id = company;
    INSERT INTO scoring_scoringday AS stored (company_id, day) VALUES (company, the_day)
        ON CONFLICT (company_id) DO UPDATE SET day = EXCLUDED.day
     WHERE stored.day <> EXCLUDED.day;

    UPDATE scoring_engagement kept
       SET orders = fresh.orders, tickets = fresh.tickets, gross = fresh.gross, net = fresh.net,
           first_order_at = fresh.first_order_at, last_order_at = fresh.last_order_at,
           recency = fresh.recency, frequency = fresh.frequency, monetary = fresh.monetary,
           score = fresh.score, band = fresh.band,
           cause = why, scored_at = now(), scored_on = the_day
      FROM score_differences(company, the_day) fresh
     WHERE kept.customer_id = fresh.customer_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION engagement_rebuild(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION engagement_rebuild(text, date) TO crm_app;
