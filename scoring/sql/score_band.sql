-- reverse: DROP FUNCTION IF EXISTS score_band(integer, integer, integer, integer)
-- How warm a score is, by the smallest scores that are hot, warm and cool.
CREATE OR REPLACE FUNCTION score_band(score integer, hot integer, warm integer, cool integer)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN score >= hot THEN 'hot'
                WHEN score >= warm THEN 'warm'
                WHEN score >= cool THEN 'cool'
                ELSE 'cold' END
$$;
