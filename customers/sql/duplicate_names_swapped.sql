-- reverse: DROP FUNCTION IF EXISTS duplicate_names_swapped(customers_matchrecord, customers_matchrecord)
-- Whether given and family name stand in each other's place, a typing error each allowed.
CREATE OR REPLACE FUNCTION duplicate_names_swapped(
    a customers_matchrecord, b customers_matchrecord
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (a.given = b.family AND a.family = b.given AND a.given <> a.family)
        OR (left(a.given, 1) = left(b.family, 1) AND left(b.given, 1) = left(a.family, 1)
            AND a.given <> b.given AND length(a.given) > 3 AND length(b.given) > 3
            AND levenshtein_less_equal(a.given, b.family, 1) <= 1
            AND levenshtein_less_equal(a.family, b.given, 1) <= 1
            AND levenshtein_less_equal(a.given, b.given, 1) > 1)
$$;
