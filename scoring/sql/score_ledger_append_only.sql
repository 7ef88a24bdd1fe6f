-- reverse: DROP FUNCTION IF EXISTS score_ledger_append_only() CASCADE
-- A line of the ledger stays as it was written, whoever asks.
CREATE OR REPLACE FUNCTION score_ledger_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of scores is append-only';
END $$;
REVOKE ALL ON FUNCTION score_ledger_append_only() FROM PUBLIC;

DROP TRIGGER IF EXISTS score_ledger_append_only ON scoring_scorechange;
CREATE TRIGGER score_ledger_append_only BEFORE UPDATE OR DELETE ON scoring_scorechange
    FOR EACH STATEMENT EXECUTE FUNCTION score_ledger_append_only();
