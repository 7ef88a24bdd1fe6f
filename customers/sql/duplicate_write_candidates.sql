-- reverse: DROP FUNCTION IF EXISTS duplicate_write_candidates(uuid[])
-- The candidates become those of duplicate_scored: new ones are added, scores renewed, and those no
-- longer alike are gone. Only pairs of the customers compared (`compared`; NULL: of all) go. What
-- somebody decided stays as decided, and such a pair is not proposed again.
CREATE OR REPLACE FUNCTION duplicate_write_candidates(compared uuid[])
RETURNS TABLE (alike bigint, gone bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '128MB' AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
BEGIN
    INSERT INTO customers_duplicatecandidate AS candidate (
           id, company_id, left_id, right_id, bits, relation, evidence, state, found_at,
           decided_by, created_at, updated_at)
    SELECT new_uuid7(), company, scored.left_id, scored.right_id, scored.bits, scored.relation,
           scored.evidence, 'open', now(), '', now(), now()
      FROM duplicate_scored scored
     WHERE NOT EXISTS (SELECT FROM customers_matchdecision decision
                        WHERE decision.left_id = scored.left_id
                          AND decision.right_id = scored.right_id)
       AND EXISTS (SELECT FROM customers_customer one
                    WHERE one.id = scored.left_id AND one.company_id = company
                      AND one.record_state = 'active')
       AND EXISTS (SELECT FROM customers_customer other
                    WHERE other.id = scored.right_id AND other.company_id = company
                      AND other.record_state = 'active')
     ORDER BY scored.left_id, scored.right_id
        ON CONFLICT (left_id, right_id) DO UPDATE
       SET bits = excluded.bits, relation = excluded.relation, evidence = excluded.evidence,
           state = CASE WHEN candidate.state = 'gone' THEN 'open' ELSE candidate.state END,
           found_at = CASE WHEN candidate.state = 'gone' THEN now() ELSE candidate.found_at END,
           updated_at = now()
     WHERE candidate.state IN ('open', 'later', 'gone')
       AND (candidate.state = 'gone' OR candidate.bits <> excluded.bits
            OR candidate.relation <> excluded.relation
            OR candidate.evidence <> excluded.evidence);
    alike := (SELECT count(*) FROM duplicate_scored);
    UPDATE customers_duplicatecandidate candidate
       SET state = 'gone', updated_at = now()
     WHERE candidate.company_id = company AND candidate.state IN ('open', 'later')
       AND (compared IS NULL OR candidate.left_id = ANY (compared)
            OR candidate.right_id = ANY (compared))
       AND NOT EXISTS (SELECT FROM duplicate_scored scored
                        WHERE scored.left_id = candidate.left_id
                          AND scored.right_id = candidate.right_id);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION duplicate_write_candidates(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_write_candidates(uuid[]) TO crm_app;
