-- reverse: DROP TRIGGER IF EXISTS arrivals_follow_merges ON customers_contactpoint; DROP TRIGGER IF EXISTS changes_follow_merges ON customers_contactpoint; DROP TRIGGER IF EXISTS arrivals_follow_merges ON customers_consentevent; DROP TRIGGER IF EXISTS changes_follow_merges ON customers_consentevent; DROP TRIGGER IF EXISTS arrivals_follow_merges ON customers_customertag; DROP TRIGGER IF EXISTS changes_follow_merges ON customers_customertag; DROP TRIGGER IF EXISTS arrivals_follow_merges ON customers_externalidentity; DROP TRIGGER IF EXISTS changes_follow_merges ON customers_externalidentity; DROP TRIGGER IF EXISTS arrivals_follow_merges ON customers_householdmember; DROP TRIGGER IF EXISTS changes_follow_merges ON customers_householdmember; DROP TRIGGER IF EXISTS arrivals_follow_merges ON customers_note; DROP TRIGGER IF EXISTS changes_follow_merges ON customers_note; DROP TRIGGER IF EXISTS arrivals_follow_merges ON customers_profilelink; DROP TRIGGER IF EXISTS changes_follow_merges ON customers_profilelink; DROP TRIGGER IF EXISTS arrivals_follow_merges ON customers_stagechange; DROP TRIGGER IF EXISTS changes_follow_merges ON customers_stagechange
-- What the customers app keeps of a person follows merges (redirect_to_survivor).

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON customers_contactpoint
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('customers.ContactPoint.customer', 'kind,value');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON customers_contactpoint
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('customers.ContactPoint.customer', 'kind,value');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON customers_consentevent
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('customers.ConsentEvent.customer');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON customers_consentevent
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('customers.ConsentEvent.customer');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON customers_customertag
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('customers.CustomerTag.customer', 'tag_id');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON customers_customertag
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('customers.CustomerTag.customer', 'tag_id');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON customers_externalidentity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('customers.ExternalIdentity.customer');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON customers_externalidentity
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('customers.ExternalIdentity.customer');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON customers_householdmember
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('customers.HouseholdMember.customer', '');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON customers_householdmember
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('customers.HouseholdMember.customer', '');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON customers_note
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('customers.Note.customer');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON customers_note
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('customers.Note.customer');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON customers_profilelink
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('customers.ProfileLink.customer');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON customers_profilelink
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('customers.ProfileLink.customer');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON customers_stagechange
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('customers.StageChange.customer');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON customers_stagechange
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('customers.StageChange.customer');
