-- reverse: DROP FUNCTION IF EXISTS duplicate_family_level(customers_matchrecord, customers_matchrecord)
-- How alike the family names are.
CREATE OR REPLACE FUNCTION duplicate_family_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.family IS NULL OR b.family IS NULL OR duplicate_names_swapped(a, b) THEN 0
        WHEN a.family = b.family THEN a.family_level
        WHEN duplicate_close(a.family, b.family) THEN 3
        WHEN length(a.family) > 2 AND length(b.family) > 2 AND a.family_sound = b.family_sound
             AND length(a.family_sound) > 1 THEN 4
        WHEN length(a.family) > 3 AND length(b.family) > 3
             AND (starts_with(a.family, b.family) OR starts_with(b.family, a.family)
                  OR right(a.family, length(b.family)) = b.family
                  OR right(b.family, length(a.family)) = a.family) THEN 2
        ELSE 1 END
$$;
