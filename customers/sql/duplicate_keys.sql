-- reverse: DROP FUNCTION IF EXISTS duplicate_keys(bigint, text, text, text, text, text, text, text, text, text, text, text, text, text[], text[], text[], text[], text[])
-- The keys by which a record meets others. A rule gives a key only where all that it needs is
-- there, so a company without birthdays pays nothing for the rules about birthdays. How many
-- records may share a key: duplicate_key_cap. Letters of a name: which of a to z it has not, and
-- what else it has, so that transposed letters and swapped names meet; where one name is missing,
-- the other stands for both. One row; a table function, so that it is inlined.
CREATE OR REPLACE FUNCTION duplicate_keys(
    company bigint, given text, middle text, family text, given_sound text, family_sound text,
    birthday text, address text, city text, postcode text, region text, organisation text,
    occupation text, phones text[], phone_tails text[], emails text[], mailboxes text[],
    nicknames text[]
) RETURNS TABLE (keys bigint[]) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_remove(ARRAY[
        duplicate_key(company, 5, least(letters.given, letters.family) || '|'
                                  || greatest(letters.given, letters.family)),
        duplicate_key(company, 6, least(letters.given, letters.family) || '|'
                                  || greatest(letters.given, letters.family) || '|' || city),
        duplicate_key(company, 7, family_sound || left(given, 1) || city),
        duplicate_key(company, 9, birthday || left(family_sound, 1)),
        duplicate_key(company, 10, birthday || left(given, 1)),
        duplicate_key(company, 11, family_sound || left(given, 1)
                                   || left(birthday, 4)),
        duplicate_key(company, 13, family_sound || left(postcode, 4)),
        duplicate_key(company, 14, given || left(postcode, 4)),
        duplicate_key(company, 15, address || left(given, 1)),
        duplicate_key(company, 16, address || left(family_sound, 2)),
        duplicate_key(company, 17, least(given_sound, family_sound) || '|'
                                   || greatest(given_sound, family_sound)),
        duplicate_key(company, 18, organisation || '|' || family_sound),
        duplicate_key(company, 19, city || occupation || region
                                   || coalesce(left(given, 1), '')),
        duplicate_key(company, 33, occupation || '|' || region),
        duplicate_key(company, 21, given_sound || left(birthday, 4)),
        duplicate_key(company, 21, family_sound || left(birthday, 4)),
        duplicate_key(company, 22, family || right(birthday, 5)),
        duplicate_key(company, 23, given || right(birthday, 5)),
        duplicate_key(company, 24, given_sound || '|' || city),
        duplicate_key(company, 24, family_sound || '|' || city),
        CASE WHEN length(given) > 2 THEN duplicate_key(company, 26, given) END,
        CASE WHEN length(family) > 2 THEN duplicate_key(company, 27, family) END,
        duplicate_key(company, 29, birthday),
        duplicate_key(company, 31, address),
        duplicate_key(company, 32, given || substring(address FROM '[a-z]{4,}'))
    ], NULL)
    || CASE WHEN phones <> '{}' THEN ARRAY(
           SELECT duplicate_key(company, 1, phone) FROM unnest(phones) phone) END
    || CASE WHEN phones <> '{}' THEN ARRAY(
           SELECT DISTINCT duplicate_key(company, 4, tail || coalesce(left(given, 1), ''))
             FROM unnest(phone_tails) tail) END
    || CASE WHEN emails <> '{}' THEN ARRAY(
           SELECT duplicate_key(company, 2, email) FROM unnest(emails) email) END
    || CASE WHEN emails <> '{}' THEN ARRAY(
           SELECT duplicate_key(company, 3, mailbox) FROM unnest(mailboxes) mailbox
            WHERE length(mailbox) >= 7) END
    || CASE WHEN emails <> '{}' THEN ARRAY(
           SELECT DISTINCT duplicate_key(company, 20,
                                         CASE WHEN length(digits) < 5 THEN left(mailbox, 1)
                                              ELSE '' END || digits)
             FROM unnest(mailboxes) mailbox,
                  LATERAL translate(mailbox, 'abcdefghijklmnopqrstuvwxyz._-+', '') digits
            WHERE length(digits) > 1) END
    || CASE WHEN emails <> '{}' THEN ARRAY(
           SELECT DISTINCT duplicate_key(company, 30, left(mailbox, 6))
             FROM unnest(mailboxes) mailbox) END
    || CASE WHEN nicknames IS NOT NULL THEN ARRAY(
           SELECT duplicate_key(company, 8, family
                  || coalesce(postcode, city, left(address, 8)) || nickname)
             FROM unnest(nicknames) nickname
            WHERE family || coalesce(postcode, city, address)
                  IS NOT NULL) END
      FROM (SELECT translate('abcdefghijklmnopqrstuvwxyz', given, '')
                   || translate(given, 'abcdefghijklmnopqrstuvwxyz', '') AS given,
                   translate('abcdefghijklmnopqrstuvwxyz', family, '')
                   || translate(family, 'abcdefghijklmnopqrstuvwxyz', '') AS family) letters
$$;
