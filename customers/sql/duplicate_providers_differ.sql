-- reverse: DROP FUNCTION IF EXISTS duplicate_providers_differ(text, text)
-- Whether two domains are two large providers, however much their names look alike.
CREATE OR REPLACE FUNCTION duplicate_providers_differ(a text, b text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT a <> b
       AND a IN ('gmail.com', 'ymail.com', 'mail.com', 'email.com', 'hotmail.com', 'gmx.com',
                 'gmx.net', 'gmx.de', 'me.com', 'mac.com', 'msn.com', 'aol.com', 'live.com',
                 'mail.ru', 'hotmail.co.uk', 'yahoo.com', 'yahoo.co.uk', 'yahoo.co.in')
       AND b IN ('gmail.com', 'ymail.com', 'mail.com', 'email.com', 'hotmail.com', 'gmx.com',
                 'gmx.net', 'gmx.de', 'me.com', 'mac.com', 'msn.com', 'aol.com', 'live.com',
                 'mail.ru', 'hotmail.co.uk', 'yahoo.com', 'yahoo.co.uk', 'yahoo.co.in')
$$;
