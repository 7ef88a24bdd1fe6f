-- reverse: DROP FUNCTION IF EXISTS quintile_segment(integer, integer)
-- The segment of S0.5 for the months with an order in a year and the days since the last order;
-- the first rule that fits.
CREATE OR REPLACE FUNCTION quintile_segment(months integer, days integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN months >= 6 AND days <= 30 THEN 'champions'
                WHEN months >= 4 AND days <= 60 THEN 'loyal'
                WHEN months >= 2 AND days <= 90 THEN 'potential'
                WHEN months = 1 AND days <= 30 THEN 'new'
                WHEN months >= 4 AND days BETWEEN 91 AND 180 THEN 'at_risk'
                WHEN months >= 2 AND days > 180 THEN 'cant_lose'
                WHEN days > 180 THEN 'lost'
                ELSE 'others' END
$$;
