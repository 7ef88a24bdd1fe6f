-- reverse: DROP FUNCTION IF EXISTS duplicate_city_level(customers_matchrecord, customers_matchrecord)
-- How alike the cities are.
CREATE OR REPLACE FUNCTION duplicate_city_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.city IS NULL OR b.city IS NULL THEN 0
        WHEN a.city = b.city THEN a.city_level
        WHEN levenshtein_less_equal(a.city, b.city, 2) <= 2
             OR similarity(a.city, b.city) > 0.5 THEN 2
        ELSE 1 END
$$;
