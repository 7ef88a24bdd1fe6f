-- reverse: DROP FUNCTION IF EXISTS audit_append_only() CASCADE
-- Even the owner of the table changes no audit row by accident.
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

DROP TRIGGER IF EXISTS audit_append_only ON crm_auditevent;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON crm_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
