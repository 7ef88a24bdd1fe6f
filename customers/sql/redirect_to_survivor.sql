-- reverse: DROP FUNCTION IF EXISTS redirect_to_survivor() CASCADE
-- Rows that name a merged record go to its survivor, as soon as they are written. A writer who has
-- seen the record alive waits at the foreign key for the merge, and only then this trigger looks,
-- so nothing is lost and nothing ever points at a merged record. Arguments: the relation's name in
-- the journal, and the columns that are unique within a customer, if there are such.
-- Inserts are looked at once a statement; changes of the customer, which are rare, row by row, so
-- that all other changes cost nothing. `arrivals_follow_merges` stands before the triggers that add
-- up orders and fill the search, which then see the row at its survivor.
CREATE OR REPLACE FUNCTION redirect_to_survivor() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    late text[];
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        late := ARRAY(SELECT NEW.id::text FROM customers_customer record
                       WHERE record.id = NEW.customer_id AND record.merged_into_id IS NOT NULL);
    ELSE
        -- A subselect, not a join: it goes by the key for one row and for thousands.
        late := ARRAY(SELECT one.id::text FROM new_rows one
                       WHERE (SELECT record.merged_into_id FROM customers_customer record
                               WHERE record.id = one.customer_id) IS NOT NULL);
    END IF;
    IF cardinality(late) > 0 THEN
        PERFORM redirect_rows(TG_RELID::regclass, TG_ARGV[0],
                              CASE WHEN TG_NARGS > 1 THEN string_to_array(TG_ARGV[1], ',') END,
                              late);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION redirect_to_survivor() FROM PUBLIC;
