-- reverse: DROP FUNCTION IF EXISTS engagement_liveness() CASCADE
-- Counts and lists of scores leave out merged and deleted customers without reading customers.
CREATE OR REPLACE FUNCTION engagement_liveness() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('scoring'), NEW.company_id::integer);
    UPDATE scoring_engagement SET is_live = (NEW.record_state = 'active')
     WHERE customer_id = NEW.id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION engagement_liveness() FROM PUBLIC;

DROP TRIGGER IF EXISTS engagement_liveness ON customers_customer;
CREATE TRIGGER engagement_liveness AFTER UPDATE OF record_state ON customers_customer
    FOR EACH ROW WHEN (OLD.record_state IS DISTINCT FROM NEW.record_state)
    EXECUTE FUNCTION engagement_liveness();
