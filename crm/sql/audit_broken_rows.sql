-- reverse: DROP FUNCTION IF EXISTS audit_broken_rows()
-- The audit rows of the current company whose hash or link to the row before does not hold.
CREATE OR REPLACE FUNCTION audit_broken_rows() RETURNS TABLE (id bigint, why text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT checked.event_id,
           CASE WHEN NOT checked.hash_holds THEN 'changed' ELSE 'the row before is missing' END
      FROM (SELECT event.id AS event_id,
                   event.row_hash = audit_row_hash(event) AS hash_holds,
                   event.previous_hash = coalesce(lag(event.row_hash) OVER lane, ''::bytea)
                   AND event.position = coalesce(lag(event.position) OVER lane, 0) + 1 AS linked
              FROM crm_auditevent event
             WHERE event.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint
            WINDOW lane AS (PARTITION BY event.lane ORDER BY event.position)) checked
     WHERE NOT (checked.hash_holds AND checked.linked)
     ORDER BY checked.event_id
     LIMIT 1000;
END $$;
