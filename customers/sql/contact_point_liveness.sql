-- reverse: DROP FUNCTION IF EXISTS contact_point_liveness() CASCADE
-- contact_point.is_live follows the customer's record state: only live customers are identified.
CREATE OR REPLACE FUNCTION contact_point_liveness() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE customers_contactpoint point
       SET is_live = (NEW.record_state = 'active')
     WHERE point.customer_id = NEW.id
       AND point.is_live IS DISTINCT FROM (NEW.record_state = 'active');
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS contact_point_liveness ON customers_customer;
CREATE TRIGGER contact_point_liveness AFTER UPDATE OF record_state ON customers_customer
    FOR EACH ROW WHEN (OLD.record_state IS DISTINCT FROM NEW.record_state)
    EXECUTE FUNCTION contact_point_liveness();
