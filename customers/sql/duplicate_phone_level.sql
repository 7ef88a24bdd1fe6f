-- reverse: DROP FUNCTION IF EXISTS duplicate_phone_level(customers_matchrecord, customers_matchrecord)
-- How alike the phones are. Typing errors are looked for in the first two of each.
CREATE OR REPLACE FUNCTION duplicate_phone_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.phones IS NULL OR b.phones IS NULL THEN 0
        WHEN a.phones && b.phones THEN CASE
            WHEN a.own_phones && b.own_phones THEN 6
            WHEN a.family_phones && b.family_phones THEN 5
            ELSE 3 END
        WHEN a.phone_tails && b.phone_tails
             OR levenshtein_less_equal(a.phones[1], b.phones[1], 1) <= 1
             OR levenshtein_less_equal(a.phones[1], b.phones[2], 1) <= 1
             OR levenshtein_less_equal(a.phones[2], b.phones[1], 1) <= 1
             OR levenshtein_less_equal(a.phones[2], b.phones[2], 1) <= 1 THEN 2
        ELSE 1 END
$$;
