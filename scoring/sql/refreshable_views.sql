-- reverse: DROP FUNCTION IF EXISTS refreshable_views()
-- The closed list of views that may be refreshed; each is kept in `<name>_all`.
CREATE OR REPLACE FUNCTION refreshable_views() RETURNS SETOF text
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('customer_activity_timeline'), ('customer_marketing_export'),
           ('customer_segment_counts'), ('order_revenue_by_day')
$$;
REVOKE ALL ON FUNCTION refreshable_views() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refreshable_views() TO crm_app;
