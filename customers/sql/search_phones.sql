-- reverse: DROP FUNCTION IF EXISTS search_phones(text[], integer)
-- Who of the current company has a phone that is, ends with or holds one of these digit strings
-- (the likeliest first). Best first: exact (tier 1), ends with (2), holds (3); within a tier the
-- likelier string (`reading` is its place), then the newer activity. Every step is bounded, whatever the digits are:
-- digits that many phones hold are found among the newest phones, rare ones by their four-digit
-- grams.
CREATE OR REPLACE FUNCTION search_phones(candidates text[], how_many integer)
RETURNS TABLE (subject_kind text, subject_id uuid, digits text, tier integer, reading integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    company bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    enough integer := how_many * 2;  -- a customer may have several phones
    found uuid[];
    candidate text;
    reversed text;
    is_whole_number boolean;
BEGIN
    candidates := ARRAY(SELECT typed FROM unnest(candidates) typed WHERE typed ~ '^[0-9]{3,20}$');
    IF company IS NULL OR cardinality(candidates) = 0 THEN
        RETURN;
    END IF;
    found := ARRAY(SELECT phone.subject_id FROM customers_searchphone phone
                    WHERE phone.company_id = company AND phone.digits = ANY (candidates)
                    ORDER BY phone.last_activity DESC LIMIT enough);
    is_whole_number := EXISTS (
        SELECT FROM customers_searchphone phone
         WHERE phone.company_id = company AND phone.digits = ANY (candidates)
           AND length(phone.digits) >= 7);
    FOREACH candidate IN ARRAY candidates LOOP
        reversed := reverse(candidate);
        found := found || ARRAY(
            SELECT phone.subject_id FROM customers_searchphone phone
             WHERE phone.company_id = company AND phone.rdigits >= reversed
               AND phone.rdigits < left(reversed, -1) || chr(ascii(right(reversed, 1)) + 1)
             ORDER BY phone.last_activity DESC, phone.subject_id DESC LIMIT enough);
    END LOOP;
    FOREACH candidate IN ARRAY candidates LOOP
        EXIT WHEN is_whole_number
               OR (SELECT count(DISTINCT id) FROM unnest(found) id) >= how_many;
        -- What holds this also holds a shorter string that is rare enough to be looked for alone.
        CONTINUE WHEN EXISTS (SELECT FROM unnest(candidates) shorter
                               WHERE shorter <> candidate AND length(shorter) >= 6
                                 AND position(shorter IN candidate) > 0);
        found := found || search_phones_holding(company, candidate, enough);
    END LOOP;
    RETURN QUERY
    SELECT best.subject_kind::text, best.subject_id, best.digits::text, best.tier,
           best.nth::integer
      FROM (SELECT DISTINCT ON (phone.subject_id)
                   phone.*, place.tier, place.nth
              FROM customers_searchphone phone
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN phone.digits = typed THEN 1
                               WHEN right(phone.digits, length(typed)) = typed THEN 2
                               ELSE 3 END AS tier, nth
                     FROM unnest(candidates) WITH ORDINALITY candidate (typed, nth)
                    WHERE position(typed IN phone.digits) > 0
                    ORDER BY tier, nth LIMIT 1) place
             WHERE phone.company_id = company AND phone.subject_id = ANY (found)
             ORDER BY phone.subject_id, place.tier, place.nth) best
     ORDER BY best.tier, best.nth, best.last_activity DESC, best.subject_id DESC
     LIMIT how_many;
END $$;
REVOKE ALL ON FUNCTION search_phones(text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_phones(text[], integer) TO crm_app;
