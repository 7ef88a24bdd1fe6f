-- reverse: DROP FUNCTION IF EXISTS duplicate_normal(text, text, text, text, text, text, text, text, text, text, text[], text[])
-- What is typed, in the form in which it is compared. One function for the scan, which inlines it,
-- and for the newcomer.
CREATE OR REPLACE FUNCTION duplicate_normal(
    given_name text, middle_name text, family_name text, birthday text, address text, city text,
    postcode text, region text, organisation text, occupation text, phones text[], emails text[]
) RETURNS TABLE (
    given text, middle text, family text, born text, street text, town text, post text,
    area text, employer text, job text, numbers text[], mails text[]
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT duplicate_name(given_name), duplicate_name(middle_name), duplicate_name(family_name),
           CASE WHEN birthday ~ '^\d{4}-\d\d-\d\d$' THEN birthday END, duplicate_text(address), duplicate_text(city),
           nullif(left(replace(duplicate_text(postcode), ' ', ''), 12), ''),
           duplicate_text(region), duplicate_text(organisation), duplicate_text(occupation),
           CASE WHEN cardinality(phones) > 0 THEN
               ARRAY(SELECT DISTINCT duplicate_phone(typed) FROM unnest(phones) typed
                      WHERE duplicate_phone(typed) IS NOT NULL LIMIT 20) END,
           CASE WHEN cardinality(emails) > 0 THEN
               ARRAY(SELECT DISTINCT duplicate_email(typed) FROM unnest(emails) typed
                      WHERE duplicate_email(typed) IS NOT NULL LIMIT 20) END
$$;
