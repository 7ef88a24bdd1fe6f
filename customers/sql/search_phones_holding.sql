-- reverse: DROP FUNCTION IF EXISTS search_phones_holding(bigint, text, integer)
-- The newest subjects with a phone that holds these digits anywhere. Digits that many phones hold
-- are soon met among the newest phones, which are read from the index alone; rare ones are found
-- by their four-digit grams. Between the two lies what more than `at_most` phones hold, but few
-- of the newest: a longer walk.
CREATE OR REPLACE FUNCTION search_phones_holding(company bigint, wanted text, enough integer)
RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    newest constant integer := 5000;
    newest_of_common constant integer := 20000;
    at_most constant integer := 2000;
    short constant integer := 7;  -- longer strings are rare enough to need no walk
    pattern text := '%' || wanted || '%';
    found uuid[] := '{}';
    by_grams uuid[];
BEGIN
    IF length(wanted) <= short THEN
        found := search_newest_phones(
            company, pattern, enough,
            CASE WHEN length(wanted) = 3 THEN newest_of_common ELSE newest END);
        IF cardinality(found) >= enough THEN
            RETURN found;
        END IF;
    END IF;
    IF length(wanted) = 3 THEN  -- one digit more, before or after, makes a gram
        by_grams := ARRAY(
            SELECT held.subject_id
              FROM (SELECT phone.subject_id, phone.last_activity FROM customers_searchphone phone
                     WHERE phone_grams(phone.company_id, phone.digits)
                           && ARRAY(SELECT unnest(phone_grams(company, other || wanted)
                                                  || phone_grams(company, wanted || other))
                                      FROM generate_series(0, 9) other)
                     LIMIT at_most) held
             ORDER BY held.last_activity DESC);
        RETURN found || by_grams[1:enough];
    END IF;
    by_grams := ARRAY(
        SELECT held.subject_id
          FROM (SELECT phone.subject_id, phone.last_activity FROM customers_searchphone phone
                 -- The last eight digits are what tells numbers apart: two grams of them narrow
                 -- it down, more would only be more lists to read.
                 WHERE phone_grams(phone.company_id, phone.digits)
                       @> (phone_grams(company, right(wanted, 4))
                           || phone_grams(company, left(right(wanted, 8), 4)))
                   AND phone.digits LIKE pattern
                 LIMIT at_most) held
         ORDER BY held.last_activity DESC);
    IF cardinality(by_grams) = at_most THEN
        found := search_newest_phones(company, pattern, enough, newest_of_common);
    END IF;
    RETURN found || by_grams[1:enough];
END $$;
REVOKE ALL ON FUNCTION search_phones_holding(bigint, text, integer) FROM PUBLIC;
