-- reverse: DROP FUNCTION IF EXISTS duplicate_store_records(uuid[])
-- The company's match records become those of duplicate_fresh; with `wanted`, only those of these
-- customers are touched. Rows that are as they were are left alone. A company's first load drops
-- the index of the keys and builds it again, several times faster than row by row; others' checks
-- of newcomers wait for it.
CREATE OR REPLACE FUNCTION duplicate_store_records(wanted uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET maintenance_work_mem = '512MB' SET work_mem = '128MB' AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    arriving bigint := (SELECT count(*) FROM duplicate_fresh);
    there bigint := 0;
    index_definition text;
    touched bigint;
BEGIN
    IF wanted IS NULL THEN
        DELETE FROM customers_matchrecord record
         WHERE record.company_id = company
           AND NOT EXISTS (SELECT FROM duplicate_fresh fresh
                            WHERE fresh.customer_id = record.customer_id);
    ELSE
        DELETE FROM customers_matchrecord record
         WHERE record.company_id = company AND record.customer_id = ANY (wanted)
           AND NOT EXISTS (SELECT FROM duplicate_fresh fresh
                            WHERE fresh.customer_id = record.customer_id);
    END IF;
    IF arriving > 20000 THEN
        there := (SELECT count(*) FROM customers_matchrecord);
        IF there < arriving / 2 THEN
            index_definition := pg_get_indexdef('matchrecord_keys_idx'::regclass);
            DROP INDEX matchrecord_keys_idx;
        END IF;
    END IF;
    INSERT INTO customers_matchrecord AS record (
           company_id, customer_id, given, middle, family, given_sound, family_sound, nicknames,
           birthday, address, city, postcode, region, organisation, occupation, phones,
           own_phones, family_phones, phone_tails, emails, own_emails, family_emails, mailboxes,
           mailbox_letters, given_level, family_level, city_level, address_level,
           organisation_level, occupation_level, keys)
    SELECT company, customer_id, given, middle, family, given_sound, family_sound, nicknames,
           birthday, address, city, postcode, region, organisation, occupation, phones,
           own_phones, family_phones, phone_tails, emails, own_emails, family_emails, mailboxes,
           mailbox_letters, given_level, family_level, city_level, address_level,
           organisation_level, occupation_level, keys
      FROM duplicate_fresh
        ON CONFLICT (customer_id) DO UPDATE
       SET (given, middle, family, given_sound, family_sound, nicknames, birthday, address, city,
            postcode, region, organisation, occupation, phones, own_phones, family_phones,
            phone_tails, emails, own_emails, family_emails, mailboxes, mailbox_letters,
            given_level, family_level, city_level, address_level, organisation_level,
            occupation_level, keys)
         = (excluded.given, excluded.middle, excluded.family, excluded.given_sound,
            excluded.family_sound, excluded.nicknames, excluded.birthday, excluded.address,
            excluded.city, excluded.postcode, excluded.region, excluded.organisation,
            excluded.occupation, excluded.phones, excluded.own_phones, excluded.family_phones,
            excluded.phone_tails, excluded.emails, excluded.own_emails, excluded.family_emails,
            excluded.mailboxes, excluded.mailbox_letters, excluded.given_level,
            excluded.family_level, excluded.city_level, excluded.address_level,
            excluded.organisation_level, excluded.occupation_level, excluded.keys)
     WHERE record.company_id = company
       AND (record.keys, record.middle, record.phones, record.own_phones, record.family_phones,
            record.emails, record.own_emails, record.family_emails, record.nicknames,
            record.address, record.postcode, record.region, record.organisation,
            record.occupation, record.given_level, record.family_level, record.city_level,
            record.address_level, record.organisation_level, record.occupation_level)
           IS DISTINCT FROM
           (excluded.keys, excluded.middle, excluded.phones, excluded.own_phones,
            excluded.family_phones, excluded.emails, excluded.own_emails,
            excluded.family_emails, excluded.nicknames, excluded.address, excluded.postcode,
            excluded.region, excluded.organisation, excluded.occupation, excluded.given_level,
            excluded.family_level, excluded.city_level, excluded.address_level,
            excluded.organisation_level, excluded.occupation_level);
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF index_definition IS NOT NULL THEN
        EXECUTE index_definition;
    END IF;
    IF arriving > there / 10 THEN
        ANALYZE customers_matchrecord;
    END IF;
    RETURN touched;
END $$;
REVOKE ALL ON FUNCTION duplicate_store_records(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_store_records(uuid[]) TO crm_app;
