-- reverse: DROP FUNCTION IF EXISTS duplicate_occupation_level(customers_matchrecord, customers_matchrecord)
-- Whether the jobs are the same.
CREATE OR REPLACE FUNCTION duplicate_occupation_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.occupation IS NULL OR b.occupation IS NULL THEN 0
        WHEN a.occupation = b.occupation THEN a.occupation_level
        ELSE 1 END
$$;
