-- reverse: DROP FUNCTION IF EXISTS duplicate_phone(text)
-- A phone as duplicates are compared: its digits before an extension. Country codes are written
-- by some and left out by others, so up to twelve digits only the last ten count; longer ones
-- (with a direct number behind it) count whole. NULL below seven digits.
CREATE OR REPLACE FUNCTION duplicate_phone(typed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length(duplicate_digits(typed)) < 7 THEN NULL
                WHEN length(duplicate_digits(typed)) <= 12 THEN right(duplicate_digits(typed), 10)
                ELSE left(duplicate_digits(typed), 20) END
$$;
