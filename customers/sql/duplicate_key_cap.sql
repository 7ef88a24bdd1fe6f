-- reverse: DROP FUNCTION IF EXISTS duplicate_key_cap(bigint)
-- How many records may share a key of this rule; a key that more hold says nothing and blocks
-- nothing. The rules in order: phone, e-mail, mailbox, end of phone with initial, letters of both
-- names, the same with city, sound of family name with initial and city, nickname with family name
-- and place; birthday with sound of family name, with initial; sound, initial and year; (12 is
-- free); sound with postcode, given name with postcode; address with initial, with sound; both
-- sounds; organisation with sound of family name, city with job; digits of the mailbox; sound of
-- either name with year; family name with day, given name with day; sound of either name with city;
-- (25 is free); given name, family name alone; (28 is free); birthday alone; start of the mailbox;
-- address; given name with street; job with region.
CREATE OR REPLACE FUNCTION duplicate_key_cap(key bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('{30,30,12,12,60,200,20,60,100,100,100,100,30,20,20,60,20,60,60,12,20,60,60,20,40,
              30,30,60,60,20,15,6,60}'::integer[])[(key & 63)::integer]
$$;
