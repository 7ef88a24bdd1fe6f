-- reverse: DROP FUNCTION IF EXISTS score_tell_listeners(bigint, text, uuid[], text[], text[])
-- Writes who changed bands into the public stream of changes, in the transaction that scores, so
-- that nothing is told twice or not at all; and only where somebody listens.
CREATE OR REPLACE FUNCTION score_tell_listeners(company bigint, why text, customer_ids uuid[],
                                                before text[], after text[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO crm_changeevent (company_id, type, customer_id, also_customer_ids, subject_kind,
                                 subject_id, data, occurred_at)
    SELECT company, 'score.band_changed', moved.customer_id, '{}', 'customer', moved.customer_id,
           jsonb_build_object('customer_id', moved.customer_id, 'band', moved.band_after,
                              'band_before', moved.band_before, 'cause', why),
           now()
      FROM unnest(customer_ids, before, after) AS moved (customer_id, band_before, band_after)
     WHERE EXISTS (SELECT FROM crm_changefeed feed
                    WHERE feed.company_id = company AND feed.listening_since IS NOT NULL)
$$;
REVOKE ALL ON FUNCTION score_tell_listeners(bigint, text, uuid[], text[], text[]) FROM PUBLIC;
