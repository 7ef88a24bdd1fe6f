-- reverse: DROP FUNCTION IF EXISTS merge_take_back_lead_events(uuid)
-- Undoing a merge takes back the lines of leads' histories that this merge itself had written.
-- A history is append-only for the app; the journal must say that the merge added the line.
CREATE OR REPLACE FUNCTION merge_take_back_lead_events(undone uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM leads_leadevent line
     USING customers_mergemove move
     WHERE move.merge_id = undone
       AND move.relation = 'leads.LeadEvent' AND move.kind = 'created'
       AND move.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint
       AND line.id = move.row_id::bigint AND line.company_id = move.company_id
$$;
REVOKE ALL ON FUNCTION merge_take_back_lead_events(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merge_take_back_lead_events(uuid) TO crm_app;
