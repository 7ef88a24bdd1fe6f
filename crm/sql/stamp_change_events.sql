-- reverse: DROP FUNCTION IF EXISTS stamp_change_events(integer)
-- Gives committed changes of the company in crm.company_id their positions, `most` at a time, and
-- answers the last position that is given. The feed's row is the lock: the statement behind it
-- sees all that was committed before, so a change that comes to light later gets a later place.
-- Of two changes of one customer the one with the smaller id is never seen last, because their
-- writers waited for each other at the customer's row.
CREATE OR REPLACE FUNCTION stamp_change_events(most integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    last bigint;
    stamped bigint;
BEGIN
    IF company IS NULL THEN
        RETURN 0;
    END IF;
    IF NOT EXISTS (SELECT FROM crm_changeevent
                    WHERE company_id = company AND position IS NULL) THEN
        RETURN coalesce((SELECT last_position FROM crm_changefeed WHERE company_id = company), 0);
    END IF;
    INSERT INTO crm_changefeed (company_id) VALUES (company) ON CONFLICT (company_id) DO NOTHING;
    SELECT last_position INTO last FROM crm_changefeed
     WHERE company_id = company FOR NO KEY UPDATE;

    WITH numbered AS (
        SELECT id, last + row_number() OVER (ORDER BY id) AS place
          FROM (SELECT id FROM crm_changeevent
                 WHERE company_id = company AND position IS NULL
                 ORDER BY id LIMIT most) unstamped
    )
    UPDATE crm_changeevent event SET position = numbered.place
      FROM numbered WHERE event.id = numbered.id;
    GET DIAGNOSTICS stamped = ROW_COUNT;
    UPDATE crm_changefeed SET last_position = last + stamped WHERE company_id = company;
    RETURN last + stamped;
END $$;
REVOKE ALL ON FUNCTION stamp_change_events(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stamp_change_events(integer) TO crm_app;
