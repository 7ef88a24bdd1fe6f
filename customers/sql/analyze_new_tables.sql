-- reverse: DROP FUNCTION IF EXISTS analyze_new_tables()
-- Statistics for the tables that an import fills, while they know of few rows or none. Before the
-- first ANALYZE the planner checks each foreign key by walking all customers of the company, and
-- autovacuum comes a minute too late. Only the owner may analyze, so this runs with the owner's
-- rights; it tells nothing and reads nothing of a row to its caller.
CREATE OR REPLACE FUNCTION analyze_new_tables() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    few constant integer := 1000;
    known record;
BEGIN
    FOR known IN
        SELECT oid::regclass AS name
          FROM pg_class
         WHERE oid IN ('customers_customer'::regclass, 'customers_contactpoint'::regclass,
                       'customers_externalidentity'::regclass, 'customers_note'::regclass,
                       'customers_customertag'::regclass, 'customers_tag'::regclass,
                       'customers_searchphone'::regclass, 'customers_searchdocument'::regclass)
           AND reltuples < few
         ORDER BY oid  -- two imports at once wait for each other, never in a circle
    LOOP
        EXECUTE format('ANALYZE %s', known.name);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION analyze_new_tables() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION analyze_new_tables() TO crm_app;
