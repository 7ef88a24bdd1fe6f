-- reverse: DROP FUNCTION IF EXISTS duplicate_key(bigint, integer, text)
-- The number by which two records of a company meet: a hash of the company, the rule and the text;
-- its last six bits are the rule, which says how many records may share it.
CREATE OR REPLACE FUNCTION duplicate_key(company bigint, rule integer, meets_on text)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashtextextended(meets_on, company) & ~63::bigint) | rule
$$;
