-- reverse: DROP FUNCTION IF EXISTS points_from(anycompatible, anycompatiblearray)
-- Points for what a customer reached (a count, an amount, a moment): 5 from the first limit on, then
-- 4, 3, 2, otherwise 1. The lowest limit is asked first, because most customers never reach it.
-- Small enough to be inlined, so it has no settings of its own.
CREATE OR REPLACE FUNCTION points_from(reached anycompatible, limits anycompatiblearray)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN reached >= limits[4] THEN
                CASE WHEN reached < limits[3] THEN 2
                     WHEN reached < limits[2] THEN 3
                     WHEN reached < limits[1] THEN 4
                     ELSE 5 END
                ELSE 1 END
$$;
