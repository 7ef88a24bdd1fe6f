-- reverse: DROP FUNCTION IF EXISTS search_phones_holding(bigint, text, integer)
-- The newest subjects with a phone that holds these digits anywhere.
CREATE OR REPLACE FUNCTION search_phones_holding(company bigint, wanted text, enough integer)
RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    newest constant integer := 1000;
    newest_of_common constant integer := 20000;
    at_most constant integer := 3000;
    pattern text := '%' || wanted || '%';
    grams bigint[] := phone_grams(company, wanted);
    found uuid[];
    by_grams uuid[];
BEGIN
    found := ARRAY(
        SELECT walked.subject_id
          FROM (SELECT phone.subject_id, phone.digits FROM customers_searchphone phone
                 WHERE phone.company_id = company
                 ORDER BY phone.last_activity DESC, phone.subject_id DESC
                 LIMIT CASE WHEN grams IS NULL THEN newest_of_common ELSE newest END) walked
         WHERE walked.digits LIKE pattern
         LIMIT enough);
    IF cardinality(found) >= enough THEN
        RETURN found;
    END IF;
    IF grams IS NULL THEN  -- three digits: one more before or after them makes a gram
        grams := ARRAY(SELECT unnest(phone_grams(company, other || wanted)
                                     || phone_grams(company, wanted || other))
                         FROM generate_series(0, 9) other);
        by_grams := ARRAY(SELECT phone.subject_id FROM customers_searchphone phone
                           WHERE phone_grams(phone.company_id, phone.digits) && grams
                           LIMIT at_most);
    ELSE
        by_grams := ARRAY(SELECT phone.subject_id FROM customers_searchphone phone
                           WHERE phone_grams(phone.company_id, phone.digits) @> grams
                             AND phone.digits LIKE pattern
                           LIMIT at_most);
        IF cardinality(by_grams) = at_most THEN
            found := ARRAY(
                SELECT walked.subject_id
                  FROM (SELECT phone.subject_id, phone.digits FROM customers_searchphone phone
                         WHERE phone.company_id = company
                         ORDER BY phone.last_activity DESC, phone.subject_id DESC
                         LIMIT newest_of_common) walked
                 WHERE walked.digits LIKE pattern
                 LIMIT enough);
        END IF;
    END IF;
    IF cardinality(found) >= enough THEN
        RETURN found;
    END IF;
    RETURN found || ARRAY(
        SELECT phone.subject_id FROM customers_searchphone phone
         WHERE phone.subject_id = ANY (by_grams)
         ORDER BY phone.last_activity DESC LIMIT enough);
END $$;
REVOKE ALL ON FUNCTION search_phones_holding(bigint, text, integer) FROM PUBLIC;
