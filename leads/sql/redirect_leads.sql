-- reverse: DROP TRIGGER IF EXISTS arrivals_follow_merges ON leads_lead; DROP TRIGGER IF EXISTS changes_follow_merges ON leads_lead
-- Leads follow merges of their customers (customers/sql/redirect_to_survivor.sql).

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON leads_lead
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('leads.Lead.customer');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON leads_lead
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('leads.Lead.customer');
