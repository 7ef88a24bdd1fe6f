-- reverse: DROP FUNCTION IF EXISTS duplicate_birthday_level(customers_matchrecord, customers_matchrecord)
-- How alike the birthdays are (YYYY-MM-DD).
CREATE OR REPLACE FUNCTION duplicate_birthday_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.birthday IS NULL OR b.birthday IS NULL THEN 0
        WHEN a.birthday = b.birthday THEN 4
        WHEN levenshtein_less_equal(a.birthday, b.birthday, 1) <= 1
             OR (left(a.birthday, 4) = left(b.birthday, 4)
                 AND substr(a.birthday, 6, 2) = right(b.birthday, 2)
                 AND right(a.birthday, 2) = substr(b.birthday, 6, 2)) THEN 3
        WHEN levenshtein_less_equal(a.birthday, b.birthday, 2) <= 2
             OR right(a.birthday, 5) = right(b.birthday, 5)
             OR duplicate_days_close(a.birthday, b.birthday) THEN 2
        ELSE 1 END
$$;
