-- reverse: DROP FUNCTION IF EXISTS duplicate_given_level(customers_matchrecord, customers_matchrecord)
-- How alike the given names are; the words of each level stand in duplicates/fields.py. Two names
-- that many bear are two names (Marta, Maria), unless they sound and end alike (Stephen, Steven).
CREATE OR REPLACE FUNCTION duplicate_given_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.given IS NULL OR b.given IS NULL THEN 0
        WHEN duplicate_names_swapped(a, b) THEN 8
        WHEN a.given = b.given THEN a.given_level
        WHEN (length(a.given) = 1 OR length(b.given) = 1) AND left(a.given, 1) = left(b.given, 1)
            THEN 2
        WHEN a.nicknames && b.nicknames THEN 4
        WHEN a.given_sound = b.given_sound AND length(a.given_sound) > 1
             AND left(a.given, 1) = left(b.given, 1) AND length(a.given) > 2
             AND length(b.given) > 2 AND (
                 a.given_level = 9 OR b.given_level = 9 OR right(a.given, 1) = right(b.given, 1)
                 OR right(a.given, 1) || right(b.given, 1) !~ '[aeiouy]') THEN 3
        WHEN a.given_level < 9 AND b.given_level < 9
            THEN CASE WHEN left(a.given, 1) = left(b.given, 1) THEN 7 ELSE 1 END
        WHEN duplicate_close(a.given, b.given) THEN 3
        WHEN length(a.given) > 2 AND length(b.given) > 2
             AND (starts_with(a.given, b.given) OR starts_with(b.given, a.given)) THEN 3
        WHEN left(a.given, 1) = left(b.given, 1) THEN 7
        ELSE 1 END
$$;
