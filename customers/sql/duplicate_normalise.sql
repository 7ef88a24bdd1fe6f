-- reverse: DROP FUNCTION IF EXISTS duplicate_normalise(text[], text[])
-- From duplicate_raw into duplicate_normal: what is compared of each record, before anything is
-- known of how many others share it. The i-th of `nicknames` belongs to the i-th of `groups`.
CREATE OR REPLACE FUNCTION duplicate_normalise(nicknames text[], groups text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET client_min_messages = warning AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.duplicate_normal;
    CREATE TEMPORARY TABLE duplicate_normal ON COMMIT DROP AS
    SELECT normal.customer_id, normal.given, normal.middle, normal.family,
           nullif(dmetaphone(normal.given), '') AS given_sound,
           nullif(dmetaphone(normal.family), '') AS family_sound,
           nick.nicknames, normal.born AS birthday, normal.street AS address,
           normal.town AS city, normal.post AS postcode, normal.area AS region,
           normal.employer AS organisation, normal.job AS occupation,
           nullif(normal.numbers, '{}') AS phones, nullif(normal.mails, '{}') AS emails
      FROM (SELECT raw.customer_id, as_compared.*
              FROM duplicate_raw raw, LATERAL duplicate_normal(
                   raw.given_name, raw.middle_name, raw.family_name, raw.birthday, raw.address,
                   raw.city, raw.postcode, raw.region, raw.organisation, raw.occupation,
                   raw.phones, raw.emails) as_compared
            OFFSET 0) normal
      LEFT JOIN (SELECT name, array_agg(DISTINCT in_group) AS nicknames
                   FROM unnest(nicknames, groups) listed (name, in_group)
                  GROUP BY name) nick ON nick.name = normal.given;
    ANALYZE duplicate_normal;
END $$;
REVOKE ALL ON FUNCTION duplicate_normalise(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_normalise(text[], text[]) TO crm_app;
