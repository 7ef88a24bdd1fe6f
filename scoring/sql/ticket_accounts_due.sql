-- reverse: DROP FUNCTION IF EXISTS ticket_accounts_due()
-- The accounts whose orders are to be pulled now: ids only, so nothing of a company leaks.
-- Those that somebody pulls at the moment are left out.
CREATE OR REPLACE FUNCTION ticket_accounts_due()
RETURNS TABLE (company_id bigint, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account.company_id, account.id
      FROM scoring_ticketaccount account
      JOIN crm_company company ON company.id = account.company_id AND company.is_active
     WHERE account.is_active AND account.due_at <= now()
       AND (account.pulling_until IS NULL OR account.pulling_until < now())
     ORDER BY account.due_at, account.id
$$;
REVOKE ALL ON FUNCTION ticket_accounts_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ticket_accounts_due() TO crm_app;
