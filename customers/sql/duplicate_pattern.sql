-- reverse: DROP FUNCTION IF EXISTS duplicate_pattern(customers_matchrecord, customers_matchrecord)
-- The levels of all fields in one number, four bits a field, in the order of
-- duplicates/fields.py.
CREATE OR REPLACE FUNCTION duplicate_pattern(
    a customers_matchrecord, b customers_matchrecord
) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT duplicate_given_level(a, b)::bigint
         | (duplicate_family_level(a, b)::bigint << 4)
         | (duplicate_middle_level(a, b)::bigint << 8)
         | (duplicate_birthday_level(a, b)::bigint << 12)
         | (duplicate_address_level(a, b)::bigint << 16)
         | (duplicate_city_level(a, b)::bigint << 20)
         | (duplicate_postcode_level(a, b)::bigint << 24)
         | (duplicate_region_level(a, b)::bigint << 28)
         | (duplicate_organisation_level(a, b)::bigint << 32)
         | (duplicate_occupation_level(a, b)::bigint << 36)
         | (duplicate_email_level(a, b)::bigint << 40)
         | (duplicate_phone_level(a, b)::bigint << 44)
$$;
