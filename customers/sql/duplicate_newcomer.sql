-- reverse: DROP FUNCTION IF EXISTS duplicate_newcomer(text, text, text, text, text, text, text[], text[], text[], uuid)
-- Whom of the current company somebody resembles who is perhaps not stored yet: the records that
-- share a key with them, and the pattern of each pair. `besides` is their own record, if any.
-- A definer's function, as searches are: row-level security would cost the index of the keys.
CREATE OR REPLACE FUNCTION duplicate_newcomer(
    given_name text, family_name text, birthday text, address text, city text, postcode text,
    phones text[], emails text[], nicknames text[], besides uuid
) RETURNS TABLE (customer_id uuid, pattern bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
SET gin_fuzzy_search_limit = 2000 AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    probe customers_matchrecord;
BEGIN
    IF company IS NULL THEN
        RETURN;
    END IF;
    SELECT normal.given, normal.family, normal.born, normal.street, normal.town, normal.post,
           nullif(normal.numbers, '{}'), nullif(normal.mails, '{}')
      INTO probe.given, probe.family, probe.birthday, probe.address, probe.city, probe.postcode,
           probe.phones, probe.emails
      FROM duplicate_normal(given_name, NULL, family_name, birthday, address, city, postcode,
                            NULL, NULL, NULL, phones, emails) normal;
    probe.number := 0;
    probe.nicknames := nicknames;
    probe.given_sound := nullif(dmetaphone(probe.given), '');
    probe.family_sound := nullif(dmetaphone(probe.family), '');
    probe.phone_tails := ARRAY(SELECT DISTINCT right(phone, 7) FROM unnest(probe.phones) phone);
    probe.mailboxes := ARRAY(SELECT split_part(email, '@', 1) FROM unnest(probe.emails) email);
    probe.mailbox_letters := ARRAY(
        SELECT letters FROM unnest(probe.emails) email,
               LATERAL translate(split_part(email, '@', 1), '._-+0123456789', '') letters
         WHERE letters <> '');
    SELECT coalesce(max(level) FILTER (WHERE kind = 'given'), 9),
           coalesce(max(level) FILTER (WHERE kind = 'family'), 7),
           coalesce(max(level) FILTER (WHERE kind = 'city'), 4),
           coalesce(max(level) FILTER (WHERE kind = 'address'), 4), 4, 4
      INTO probe.given_level, probe.family_level, probe.city_level, probe.address_level,
           probe.organisation_level, probe.occupation_level
      FROM customers_commonvalue common
     WHERE common.company_id = company
       AND (common.kind, common.value) IN (
           ('given', probe.given), ('family', probe.family), ('city', probe.city),
           ('address', probe.address));
    SELECT array_agg(phone) FILTER (WHERE common.level IS NULL),
           array_agg(phone) FILTER (WHERE common.level = 5)
      INTO probe.own_phones, probe.family_phones
      FROM unnest(probe.phones) phone
      LEFT JOIN customers_commonvalue common ON common.company_id = company
            AND common.kind = 'phone' AND common.value = phone;
    SELECT array_agg(email) FILTER (WHERE common.level IS NULL),
           array_agg(email) FILTER (WHERE common.level = 5)
      INTO probe.own_emails, probe.family_emails
      FROM unnest(probe.emails) email
      LEFT JOIN customers_commonvalue common ON common.company_id = company
            AND common.kind = 'email' AND common.value = email;
    SELECT found.keys INTO probe.keys
      FROM duplicate_keys(
           company, probe.given, NULL, probe.family, probe.given_sound, probe.family_sound,
           probe.birthday, probe.address, probe.city, probe.postcode, NULL, NULL, NULL,
           probe.phones, probe.phone_tails, probe.emails, probe.mailboxes, probe.nicknames) found;
    RETURN QUERY
    SELECT record.customer_id, duplicate_pattern(probe, record)
      FROM (SELECT DISTINCT holder
              FROM unnest(probe.keys) key,
                   LATERAL (SELECT array_agg(number) AS holders
                              FROM duplicate_holders(company, key,
                                                     duplicate_key_cap(key) + 1) number) met,
                   LATERAL unnest(met.holders) holder
             WHERE cardinality(met.holders) <= duplicate_key_cap(key)) sharing
      JOIN customers_matchrecord record ON record.number = sharing.holder
     WHERE record.company_id = company AND record.customer_id IS DISTINCT FROM besides;
END $$;
REVOKE ALL ON FUNCTION duplicate_newcomer(text, text, text, text, text, text, text[], text[], text[], uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_newcomer(text, text, text, text, text, text, text[], text[], text[], uuid) TO crm_app;
