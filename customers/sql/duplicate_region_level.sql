-- reverse: DROP FUNCTION IF EXISTS duplicate_region_level(customers_matchrecord, customers_matchrecord)
-- Whether the regions (states) are the same.
CREATE OR REPLACE FUNCTION duplicate_region_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.region IS NULL OR b.region IS NULL THEN 0
        WHEN a.region = b.region THEN 2
        ELSE 1 END
$$;
