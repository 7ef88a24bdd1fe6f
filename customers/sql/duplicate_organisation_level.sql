-- reverse: DROP FUNCTION IF EXISTS duplicate_organisation_level(customers_matchrecord, customers_matchrecord)
-- How alike the organisations are.
CREATE OR REPLACE FUNCTION duplicate_organisation_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.organisation IS NULL OR b.organisation IS NULL THEN 0
        WHEN a.organisation = b.organisation THEN a.organisation_level
        WHEN similarity(a.organisation, b.organisation) >= 0.45 THEN 2
        ELSE 1 END
$$;
