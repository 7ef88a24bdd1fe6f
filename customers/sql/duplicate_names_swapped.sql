-- reverse: DROP FUNCTION IF EXISTS duplicate_names_swapped(customers_matchrecord, customers_matchrecord)
-- Whether given and family name stand in each other's place: one exactly and the other spelled
-- almost alike or missing, or both almost alike with the initials right.
CREATE OR REPLACE FUNCTION duplicate_names_swapped(
    a customers_matchrecord, b customers_matchrecord
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT a.given <> b.given
       AND ((a.given = b.family
             AND (a.family IS NULL OR a.family = b.given OR duplicate_close(a.family, b.given)))
            OR (a.family = b.given
                AND (b.family IS NULL OR duplicate_close(a.given, b.family)))
            OR (left(a.given, 1) = left(b.family, 1) AND left(b.given, 1) = left(a.family, 1)
                AND duplicate_close(a.given, b.family) AND duplicate_close(a.family, b.given)
                AND NOT duplicate_close(a.given, b.given)))
$$;
