-- reverse: DROP FUNCTION IF EXISTS score_contradictions(integer)
-- Scores of the company in crm.company_id that contradict what is stored beside them: the ledger
-- (base and changes make the score), the weights (points times weights make the score), or the
-- thresholds (metrics make the points on the day they were last scored for). At most `shown`.
CREATE OR REPLACE FUNCTION score_contradictions(shown integer)
RETURNS TABLE (customer_id uuid, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
    SELECT held.customer_id,
           CASE WHEN held.score <> held.base_score + coalesce(ledger.total, 0) THEN 'ledger'
                WHEN held.score <> rules.weight_recency * held.recency
                                   + rules.weight_frequency * held.frequency
                                   + rules.weight_monetary * held.monetary THEN 'weights'
                ELSE 'thresholds' END
      FROM crm_company owner
      JOIN scoring_engagement held ON held.company_id = owner.id
      LEFT JOIN scoring_scoringday decayed ON decayed.company_id = owner.id
      LEFT JOIN (SELECT line.customer_id, sum(line.score_after - line.score_before) AS total
                   FROM scoring_scorechange line
                  WHERE line.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint
                  GROUP BY line.customer_id) ledger ON ledger.customer_id = held.customer_id,
           LATERAL score_rules(owner.id) rules,
           LATERAL score_of(owner.id, coalesce(greatest(held.scored_on, decayed.day), rules.day),
                            held.orders, held.net, held.last_order_at) worth
     WHERE owner.id = NULLIF(current_setting('crm.company_id', true), '')::bigint
       AND (held.score <> held.base_score + coalesce(ledger.total, 0)
            OR (held.recency, held.frequency, held.monetary, held.score, held.band)
               IS DISTINCT FROM
               (worth.recency, worth.frequency, worth.monetary, worth.score, worth.band))
     ORDER BY held.customer_id
     LIMIT shown
$$;
REVOKE ALL ON FUNCTION score_contradictions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION score_contradictions(integer) TO crm_app;
