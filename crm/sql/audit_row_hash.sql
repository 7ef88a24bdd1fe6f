-- reverse: DROP FUNCTION IF EXISTS audit_row_hash(crm_auditevent)
-- What the hash of an audit row covers: every column but the id and the hash itself.
CREATE OR REPLACE FUNCTION audit_row_hash(event crm_auditevent) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN sha256(event.previous_hash || convert_to(jsonb_build_array(
        event.company_id, event.lane, event.position, extract(epoch FROM event.at),
        event.door, event.actor_staff_id, event.actor_name, event.action,
        event.subject_type, event.subject_id, event.reason, event.old, event.new,
        event.request_id)::text, 'UTF8'));
END $$;
