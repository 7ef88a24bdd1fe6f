-- reverse: DROP FUNCTION IF EXISTS duplicate_holders(bigint, bigint, integer)
-- The numbers of the company's records that hold a key, at most `most` of them.
CREATE OR REPLACE FUNCTION duplicate_holders(company bigint, key bigint, most integer)
RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT record.number FROM customers_matchrecord record
     WHERE record.keys @> ARRAY[key] AND record.company_id = company
     LIMIT most
$$;
