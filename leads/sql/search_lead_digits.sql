-- reverse: DROP FUNCTION IF EXISTS search_lead_digits(text, text)
-- The digits by which a lead's phone is found, or NULL when there are too few.
CREATE OR REPLACE FUNCTION search_lead_digits(phone text, as_typed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(digits, 20)
      FROM (SELECT CASE WHEN phone <> '' THEN substr(phone, 2)
                        ELSE regexp_replace(as_typed, '[^0-9]', '', 'g') END AS digits) lead
     WHERE length(digits) >= 3
$$;
