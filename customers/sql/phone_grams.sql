-- reverse: DROP FUNCTION IF EXISTS phone_grams(bigint, text)
-- Every four digits in a row, as numbers with the company in front: one index finds digits
-- anywhere in a phone of one company.
CREATE OR REPLACE FUNCTION phone_grams(company bigint, digits text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(company * 10000 + substr(digits, start, 4)::integer)
      FROM generate_series(1, length(digits) - 3) start
$$;
