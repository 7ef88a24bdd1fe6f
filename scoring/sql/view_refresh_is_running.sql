-- reverse: DROP FUNCTION IF EXISTS view_refresh_is_running(text)
-- Whether somebody refreshes the view now. Looks at the lock without taking it: a look that held
-- it, be it for a moment, would send a real refresh away.
CREATE OR REPLACE FUNCTION view_refresh_is_running(the_view text) RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM pg_locks held
         WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
           AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND held.classid::bigint = hashtext('refresh a view')::bigint & 4294967295
           AND held.objid::bigint = hashtext(the_view)::bigint & 4294967295)
$$;
REVOKE ALL ON FUNCTION view_refresh_is_running(text) FROM PUBLIC;
