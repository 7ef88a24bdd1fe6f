-- reverse: DROP FUNCTION IF EXISTS engagement_follow_updates() CASCADE
-- Orders were changed: metrics and scores of the customers they belong or belonged to follow, once a
-- statement. Rows whose change means nothing for the metrics are passed over. The cause is read from
-- each row; a transaction may name another in the setting crm.score_cause.
CREATE OR REPLACE FUNCTION engagement_follow_updates() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_nestloop = off AS $$
DECLARE
    named text := NULLIF(current_setting('crm.score_cause', true), '');
    changes record;
BEGIN
    FOR changes IN
        WITH changed AS (
            SELECT old_row.company_id, old_row.customer_id AS before, new_row.customer_id AS after,
                   coalesce(named, CASE
                       WHEN old_row.customer_id IS NOT NULL
                            AND new_row.customer_id IS DISTINCT FROM old_row.customer_id THEN 'merge'
                       WHEN new_row.removed_at IS NOT NULL AND old_row.removed_at IS NULL
                            THEN 'removal'
                       WHEN (old_row.is_counted AND NOT new_row.is_counted)
                            OR new_row.scored_net < old_row.scored_net THEN 'refund'
                       ELSE 'order' END) AS why
              FROM old_rows old_row
              JOIN new_rows new_row ON new_row.id = old_row.id
             WHERE (old_row.is_counted OR new_row.is_counted)
               AND (old_row.customer_id, old_row.is_counted, old_row.scored_net,
                    old_row.scored_gross, old_row.tickets, old_row.ordered_at)
                   IS DISTINCT FROM
                   (new_row.customer_id, new_row.is_counted, new_row.scored_net,
                    new_row.scored_gross, new_row.tickets, new_row.ordered_at)),
        person AS (
            SELECT company_id, before AS customer_id, why FROM changed WHERE before IS NOT NULL
             UNION
            SELECT company_id, after, why FROM changed WHERE after IS NOT NULL)
        SELECT person.why, array_agg(person.customer_id) AS of_this,
               (SELECT array_agg(DISTINCT all_of.company_id) FROM person all_of) AS companies,
               (SELECT array_agg(DISTINCT all_of.customer_id) FROM person all_of) AS everybody
          FROM person
         GROUP BY person.why
         ORDER BY array_position(ARRAY['removal', 'refund', 'merge', 'order'], person.why)
    LOOP
        PERFORM engagement_follow_many(changes.companies, changes.everybody, changes.of_this,
                                       changes.why);
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION engagement_follow_updates() FROM PUBLIC;

DROP TRIGGER IF EXISTS engagement_follow_updates ON scoring_order;
CREATE TRIGGER engagement_follow_updates AFTER UPDATE ON scoring_order
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_follow_updates();
