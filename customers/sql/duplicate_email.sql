-- reverse: DROP FUNCTION IF EXISTS duplicate_email(text)
-- An e-mail as duplicates are compared: lower case. NULL where it is none or is masked (j***@x.y).
CREATE OR REPLACE FUNCTION duplicate_email(typed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN typed LIKE '_%@_%' AND typed NOT LIKE '%*%'
                THEN lower(btrim(left(typed, 254))) END
$$;
