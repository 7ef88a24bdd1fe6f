-- reverse: SELECT 1
-- Searches read the newest rows from the index alone, which needs a fresh visibility map; and the
-- words' counts of the planner change with every import.
ALTER TABLE customers_searchphone SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE customers_searchdocument SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02);
