-- reverse: DROP FUNCTION IF EXISTS merge_take_back_consents(uuid)
-- Undoing a merge takes back the lines of the consent ledger that this merge itself had written.
-- The ledger is append-only for the app; the journal must say that the merge added the line.
CREATE OR REPLACE FUNCTION merge_take_back_consents(undone uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM customers_consentevent line
     USING customers_mergemove move
     WHERE move.merge_id = undone
       AND move.relation = 'customers.ConsentEvent.customer' AND move.kind = 'created'
       AND move.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint
       AND line.id = move.row_id::uuid AND line.company_id = move.company_id
$$;
REVOKE ALL ON FUNCTION merge_take_back_consents(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merge_take_back_consents(uuid) TO crm_app;
