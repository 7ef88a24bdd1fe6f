-- reverse: DROP FUNCTION IF EXISTS audit_chain() CASCADE
-- Chains a new audit row to the last one of its lane. A lane is held by one transaction at a time;
-- a busy lane is passed over, never waited for, so the trail can neither queue nor deadlock writers.
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    free_lane integer := 0;
BEGIN
    WHILE NOT pg_try_advisory_xact_lock(hashtext('audit lane ' || NEW.company_id), free_lane) LOOP
        free_lane := free_lane + 1;
    END LOOP;
    NEW.lane := free_lane;
    SELECT last.position + 1, last.row_hash INTO NEW.position, NEW.previous_hash
      FROM crm_auditevent last
     WHERE last.company_id = NEW.company_id AND last.lane = free_lane
     ORDER BY last.position DESC
     LIMIT 1;
    NEW.position := coalesce(NEW.position, 1);
    NEW.previous_hash := coalesce(NEW.previous_hash, ''::bytea);
    NEW.row_hash := audit_row_hash(NEW);
    RETURN NEW;
END $$;

DROP TRIGGER IF EXISTS audit_chain ON crm_auditevent;
CREATE TRIGGER audit_chain BEFORE INSERT ON crm_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_chain();
