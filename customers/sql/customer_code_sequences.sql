-- reverse: DROP FUNCTION IF EXISTS customer_code_sequences() CASCADE
-- Each company counts its customers' codes by a sequence of its own, made with the company.
CREATE OR REPLACE FUNCTION customer_code_sequences() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS customer_code_%s', NEW.id);
    RETURN NEW;
END $$;

DROP TRIGGER IF EXISTS customer_code_sequences ON crm_company;
CREATE TRIGGER customer_code_sequences AFTER INSERT ON crm_company
    FOR EACH ROW EXECUTE FUNCTION customer_code_sequences();
