-- reverse: DROP FUNCTION IF EXISTS duplicate_postcode_level(customers_matchrecord, customers_matchrecord)
-- How alike the postcodes are.
CREATE OR REPLACE FUNCTION duplicate_postcode_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.postcode IS NULL OR b.postcode IS NULL THEN 0
        WHEN a.postcode = b.postcode THEN 3
        WHEN levenshtein_less_equal(a.postcode, b.postcode, 2)
             <= CASE WHEN length(a.postcode) > 5 THEN 2 ELSE 1 END THEN 2
        ELSE 1 END
$$;
