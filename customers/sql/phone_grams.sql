-- reverse: DROP FUNCTION IF EXISTS phone_grams(bigint, text)
-- Every four digits in a row, as numbers with the company in front: one index finds digits
-- anywhere in a phone of one company. NULL for fewer than four digits.
CREATE OR REPLACE FUNCTION phone_grams(company bigint, digits text) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    grams bigint[];
BEGIN
    FOR start IN 1 .. length(digits) - 3 LOOP
        grams[start] := company * 10000 + substr(digits, start, 4)::integer;
    END LOOP;
    RETURN grams;
END $$;
