-- reverse: DROP FUNCTION IF EXISTS score_limits_forget() CASCADE
-- Other rules, or another zone: the limits that score_limits_keep holds are no longer right. Orders
-- work them out by themselves until they are kept anew, by the scoring that follows or the night.
-- The company's scoring is taken first, in the order in which score_begin takes both.
CREATE OR REPLACE FUNCTION score_limits_forget() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    company bigint;
BEGIN
    IF TG_TABLE_NAME = 'crm_company' THEN
        company := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        company := OLD.company_id;
    ELSE
        company := NEW.company_id;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('scoring'), company::integer);
    UPDATE scoring_scoringday SET limits_until = 'epoch'
     WHERE company_id = company AND limits_until > 'epoch';
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION score_limits_forget() FROM PUBLIC;

DROP TRIGGER IF EXISTS score_limits_forget ON scoring_ruleset;
CREATE TRIGGER score_limits_forget AFTER INSERT OR UPDATE OR DELETE ON scoring_ruleset
    FOR EACH ROW EXECUTE FUNCTION score_limits_forget();
DROP TRIGGER IF EXISTS score_limits_forget ON crm_company;
CREATE TRIGGER score_limits_forget AFTER UPDATE OF time_zone ON crm_company
    FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone)
    EXECUTE FUNCTION score_limits_forget();
