-- reverse: DROP TRIGGER IF EXISTS arrivals_follow_merges ON scoring_order; DROP TRIGGER IF EXISTS changes_follow_merges ON scoring_order; DROP TRIGGER IF EXISTS arrivals_follow_merges ON scoring_segmentmember; DROP TRIGGER IF EXISTS changes_follow_merges ON scoring_segmentmember; DROP TRIGGER IF EXISTS arrivals_follow_merges ON scoring_membershipchange; DROP TRIGGER IF EXISTS changes_follow_merges ON scoring_membershipchange
-- Orders and memberships follow merges of their customers (customers/sql/redirect_to_survivor.sql).

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON scoring_order
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('scoring.Order.customer');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON scoring_order
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('scoring.Order.customer');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON scoring_segmentmember
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('scoring.SegmentMember.customer', 'segment_id');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON scoring_segmentmember
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('scoring.SegmentMember.customer', 'segment_id');

CREATE OR REPLACE TRIGGER arrivals_follow_merges AFTER INSERT ON scoring_membershipchange
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION redirect_to_survivor('scoring.MembershipChange.customer');
CREATE OR REPLACE TRIGGER changes_follow_merges AFTER UPDATE OF customer_id ON scoring_membershipchange
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION redirect_to_survivor('scoring.MembershipChange.customer');
