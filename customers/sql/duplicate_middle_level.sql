-- reverse: DROP FUNCTION IF EXISTS duplicate_middle_level(customers_matchrecord, customers_matchrecord)
-- How alike the middle names are.
CREATE OR REPLACE FUNCTION duplicate_middle_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.middle IS NULL OR b.middle IS NULL THEN 0
        WHEN a.middle = b.middle AND length(a.middle) > 1 THEN 3
        WHEN left(a.middle, 1) = left(b.middle, 1) THEN 2
        ELSE 1 END
$$;
