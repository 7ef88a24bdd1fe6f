-- reverse: DROP FUNCTION IF EXISTS duplicate_email_level(customers_matchrecord, customers_matchrecord)
-- How alike the e-mails are. Typing errors are looked for in the first two of each.
CREATE OR REPLACE FUNCTION duplicate_email_level(
    a customers_matchrecord, b customers_matchrecord
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN a.emails IS NULL OR b.emails IS NULL THEN 0
        WHEN a.emails && b.emails THEN CASE
            WHEN a.own_emails && b.own_emails THEN 6
            WHEN a.family_emails && b.family_emails THEN 5
            ELSE 3 END
        WHEN duplicate_mails_close(a, b, 1, 1) OR duplicate_mails_close(a, b, 1, 2)
             OR duplicate_mails_close(a, b, 2, 1) OR duplicate_mails_close(a, b, 2, 2) THEN 4
        WHEN a.mailbox_letters && b.mailbox_letters
             AND (strpos(a.mailbox_letters[1], a.family) > 0
                  OR strpos(a.mailbox_letters[1], a.given) > 0) THEN 7
        WHEN a.mailboxes && b.mailboxes OR a.mailbox_letters && b.mailbox_letters THEN 2
        ELSE 1 END
$$;
