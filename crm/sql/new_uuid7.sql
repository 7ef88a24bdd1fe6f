-- reverse: DROP FUNCTION IF EXISTS new_uuid7()
-- A time-ordered uuid7 for rows that SQL makes; PostgreSQL has its own from version 18 only.
CREATE OR REPLACE FUNCTION new_uuid7() RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    bytes bytea := overlay(uuid_send(gen_random_uuid())
                           PLACING substring(int8send(milliseconds) FROM 3) FROM 1 FOR 6);
BEGIN
    RETURN encode(set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112), 'hex')::uuid;
END $$;
