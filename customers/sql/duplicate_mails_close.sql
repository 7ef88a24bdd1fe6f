-- reverse: DROP FUNCTION IF EXISTS duplicate_mails_close(customers_matchrecord, customers_matchrecord, integer, integer)
-- Whether the i-th e-mail of one and the j-th of the other are one address with a typing error:
-- the same mailbox at a misspelt provider, or, where the names are the same, a misspelt mailbox with
-- the same digits (jsmith12 and jsmith13 are two namesakes).
CREATE OR REPLACE FUNCTION duplicate_mails_close(
    a customers_matchrecord, b customers_matchrecord, i integer, j integer
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (a.mailboxes[i] = b.mailboxes[j]
            AND NOT duplicate_providers_differ(split_part(a.emails[i], '@', 2),
                                               split_part(b.emails[j], '@', 2))
            AND levenshtein_less_equal(left(split_part(a.emails[i], '@', 2), 40),
                                       left(split_part(b.emails[j], '@', 2), 40), 2) <= 2)
        OR (a.given = b.given AND a.family = b.family
            AND length(a.emails[i]) > 14 AND left(a.emails[i], 1) = left(b.emails[j], 1)
            AND split_part(a.emails[i], '@', 2) = split_part(b.emails[j], '@', 2)
            AND regexp_replace(a.mailboxes[i], '\D', '', 'g')
                = regexp_replace(b.mailboxes[j], '\D', '', 'g')
            AND translate(a.mailboxes[i], '._-+', '') <> translate(b.mailboxes[j], '._-+', '')
            AND abs(length(a.emails[i]) - length(b.emails[j])) <= 1
            AND levenshtein_less_equal(left(a.emails[i], 60), left(b.emails[j], 60), 2) <= 2)
$$;
