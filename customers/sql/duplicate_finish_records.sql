-- reverse: DROP FUNCTION IF EXISTS duplicate_finish_records()
-- From duplicate_normal into duplicate_fresh: with what is known of how common each value is, and
-- with the keys. Returns how many records they are.
CREATE OR REPLACE FUNCTION duplicate_finish_records() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '128MB'
SET client_min_messages = warning AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    records bigint;
BEGIN
    DROP TABLE IF EXISTS pg_temp.duplicate_held;
    CREATE TEMPORARY TABLE duplicate_held ON COMMIT DROP AS
    SELECT customer_id,
           array_agg(phone) FILTER (WHERE phone IS NOT NULL AND level IS NULL) AS own_phones,
           array_agg(phone) FILTER (WHERE phone IS NOT NULL AND level = 5) AS family_phones,
           array_agg(email) FILTER (WHERE email IS NOT NULL AND level IS NULL) AS own_emails,
           array_agg(email) FILTER (WHERE email IS NOT NULL AND level = 5) AS family_emails
      FROM (SELECT customer_id, phone, NULL AS email, common.level
              FROM duplicate_normal CROSS JOIN unnest(phones) phone
              LEFT JOIN customers_commonvalue common ON common.company_id = company
                    AND common.kind = 'phone' AND common.value = phone
            UNION ALL
            SELECT customer_id, NULL, email, common.level
              FROM duplicate_normal CROSS JOIN unnest(emails) email
              LEFT JOIN customers_commonvalue common ON common.company_id = company
                    AND common.kind = 'email' AND common.value = email) held
     GROUP BY customer_id;
    DROP TABLE IF EXISTS pg_temp.duplicate_fresh;
    CREATE TEMPORARY TABLE duplicate_fresh ON COMMIT DROP AS
    SELECT ready.*, by_rules.keys
      FROM (SELECT normal.*, held.own_phones, held.family_phones,
                   CASE WHEN phones IS NOT NULL THEN ARRAY(
                       SELECT DISTINCT right(phone, 7) FROM unnest(phones) phone) END
                       AS phone_tails,
                   held.own_emails, held.family_emails,
                   CASE WHEN emails IS NOT NULL THEN ARRAY(
                       SELECT split_part(email, '@', 1) FROM unnest(emails) email) END
                       AS mailboxes,
                   CASE WHEN emails IS NOT NULL THEN ARRAY(
                       SELECT letters FROM unnest(emails) email,
                              LATERAL translate(split_part(email, '@', 1), '._-+0123456789', '')
                                  letters
                        WHERE letters <> '') END AS mailbox_letters,
                   coalesce(of_given.level, 9) AS given_level,
                   coalesce(of_family.level, 7) AS family_level,
                   coalesce(of_city.level, 4) AS city_level,
                   coalesce(of_address.level, 4) AS address_level,
                   coalesce(of_organisation.level, 4) AS organisation_level,
                   coalesce(of_occupation.level, 4) AS occupation_level
              FROM duplicate_normal normal
              LEFT JOIN duplicate_held held USING (customer_id)
              LEFT JOIN customers_commonvalue of_given ON of_given.company_id = company
                    AND of_given.kind = 'given' AND of_given.value = given
              LEFT JOIN customers_commonvalue of_family ON of_family.company_id = company
                    AND of_family.kind = 'family' AND of_family.value = family
              LEFT JOIN customers_commonvalue of_city ON of_city.company_id = company
                    AND of_city.kind = 'city' AND of_city.value = city
              LEFT JOIN customers_commonvalue of_address ON of_address.company_id = company
                    AND of_address.kind = 'address' AND of_address.value = address
              LEFT JOIN customers_commonvalue of_organisation
                     ON of_organisation.company_id = company
                    AND of_organisation.kind = 'organisation'
                    AND of_organisation.value = organisation
              LEFT JOIN customers_commonvalue of_occupation ON of_occupation.company_id = company
                    AND of_occupation.kind = 'occupation' AND of_occupation.value = occupation
            OFFSET 0) ready,
           LATERAL duplicate_keys(
               company, given, middle, family, given_sound, family_sound, birthday, address, city,
               postcode, region, organisation, occupation, phones, phone_tails, emails, mailboxes,
               nicknames) by_rules;
    GET DIAGNOSTICS records = ROW_COUNT;
    ANALYZE duplicate_fresh (customer_id);
    RETURN records;
END $$;
REVOKE ALL ON FUNCTION duplicate_finish_records() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_finish_records() TO crm_app;
