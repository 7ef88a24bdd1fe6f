-- reverse: DROP FUNCTION IF EXISTS surviving_customer(uuid)
-- Where a record went on living: the end of its chain of merges, itself when it was never merged.
-- NULL for a record of another company or none. The end may be deleted; who asks looks.
-- Merges make no circles; the bound ends one all the same, should a row be wrong.
CREATE OR REPLACE FUNCTION surviving_customer(the_customer uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    at uuid := the_customer;
    heir uuid;
BEGIN
    FOR hop IN 1 .. 1000 LOOP
        SELECT record.merged_into_id INTO heir FROM customers_customer record
         WHERE record.id = at AND record.company_id = company;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        IF heir IS NULL THEN
            RETURN at;
        END IF;
        at := heir;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION surviving_customer(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION surviving_customer(uuid) TO crm_app;
