-- reverse: DROP FUNCTION IF EXISTS redirect_rows(regclass, text, text[], text[])
-- Hands rows that name a merged record to its survivor, through all merges, and writes each hop
-- into the journal of its merge. `keys` are the columns that make a row one of a kind within a
-- customer, null where a customer may hold any: of two alike the survivor's stays, and the late one
-- goes whole into the journal. Called by the trigger redirect_to_survivor only.
CREATE OR REPLACE FUNCTION redirect_rows(rows_of regclass, relation text, keys text[], late text[])
RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    id_type text := (SELECT format_type(atttypid, NULL) FROM pg_attribute
                      WHERE attrelid = rows_of AND attname = 'id');
    alike text := coalesce((SELECT string_agg(format(' AND kept.%1$I = one.%1$I', key), '')
                              FROM unnest(keys) key), '');
    same_key text := coalesce((SELECT string_agg(format(', one.%I', key), '')
                                 FROM unnest(keys) key), '');
BEGIN
    EXECUTE format($statement$
        WITH RECURSIVE hop AS (
            SELECT one.id, one.company_id, to_jsonb(one) AS whole,
                   one.customer_id AS holder, record.merged_into_id AS heir, 1 AS step
              FROM %1$s one
              JOIN customers_customer record ON record.id = one.customer_id
             WHERE one.id = ANY ($1::%2$s[]) AND record.merged_into_id IS NOT NULL
             UNION ALL
            SELECT hop.id, hop.company_id, hop.whole, hop.heir, record.merged_into_id, hop.step + 1
              FROM hop
              JOIN customers_customer record ON record.id = hop.heir
             WHERE record.merged_into_id IS NOT NULL),
        last_hop AS (
            SELECT DISTINCT ON (id) id, heir AS survivor, step FROM hop ORDER BY id, step DESC),
        ranked AS (
            SELECT one.id, last_hop.survivor, last_hop.step,
                   $3 AND (row_number() OVER (PARTITION BY last_hop.survivor%4$s ORDER BY one.id) > 1
                           OR EXISTS (SELECT FROM %1$s kept
                                       WHERE kept.customer_id = last_hop.survivor%3$s)) AS is_twin
              FROM %1$s one
              JOIN last_hop ON last_hop.id = one.id),
        gone AS (
            DELETE FROM %1$s one USING ranked WHERE one.id = ranked.id AND ranked.is_twin),
        handed AS (
            UPDATE %1$s one SET customer_id = ranked.survivor
              FROM ranked WHERE one.id = ranked.id AND NOT ranked.is_twin)
        INSERT INTO customers_mergemove
               (company_id, merge_id, relation, row_id, kind, before, after)
        SELECT hop.company_id, record.merge_id, $2, hop.id::text,
               CASE WHEN is_put_aside THEN 'removed' ELSE 'arrived' END,
               CASE WHEN $3 THEN hop.whole ELSE '{}' END
               || jsonb_build_object('customer_id', hop.holder),
               CASE WHEN NOT is_put_aside THEN jsonb_build_object('customer_id', hop.heir) END
          FROM hop
          JOIN ranked ON ranked.id = hop.id
          JOIN customers_mergedrecord record
            ON record.customer_id = hop.holder AND record.stands,
               LATERAL (SELECT ranked.is_twin AND hop.step = ranked.step AS is_put_aside) fate
         ORDER BY hop.id, hop.step
        $statement$, rows_of, id_type, alike, same_key)
      USING late, relation, keys IS NOT NULL;
END $$;
REVOKE ALL ON FUNCTION redirect_rows(regclass, text, text[], text[]) FROM PUBLIC;
