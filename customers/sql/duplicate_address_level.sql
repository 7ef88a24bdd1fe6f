-- reverse: DROP FUNCTION IF EXISTS duplicate_address_level(customers_matchrecord, customers_matchrecord)
-- How alike the addresses are.
CREATE OR REPLACE FUNCTION duplicate_address_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.address IS NULL OR b.address IS NULL THEN 0
        WHEN a.address = b.address THEN a.address_level
        WHEN levenshtein_less_equal(a.address, b.address, 3) <= 3
             OR similarity(a.address, b.address) >= 0.6 THEN 2
        ELSE 1 END
$$;
