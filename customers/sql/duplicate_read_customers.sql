-- reverse: DROP FUNCTION IF EXISTS duplicate_read_customers(uuid[])
-- Into duplicate_raw: the current company's live customers, or those of `wanted`. A made-up name
-- and an invalid number match nobody.
CREATE OR REPLACE FUNCTION duplicate_read_customers(wanted uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    company constant bigint := NULLIF(current_setting('crm.company_id', true), '')::bigint;
    read bigint;
BEGIN
    INSERT INTO duplicate_raw (customer_id, given_name, family_name, birthday, address, city,
                               postcode, phones, emails)
    SELECT customer.id,
           CASE WHEN NOT customer.name_is_placeholder THEN
               CASE WHEN customer.given_name || customer.family_name = ''
                    THEN split_part(customer.full_name, ' ', 1) ELSE customer.given_name END END,
           CASE WHEN NOT customer.name_is_placeholder THEN
               CASE WHEN customer.given_name || customer.family_name = ''
                    THEN substr(customer.full_name, strpos(customer.full_name || ' ', ' '))
                    ELSE customer.family_name END END,
           customer.birthday::text, customer.address_line, customer.city, customer.postcode,
           points.phones, points.emails
      FROM customers_customer customer
      LEFT JOIN (
           SELECT point.customer_id,
                  array_agg(substr(point.value, 2)) FILTER (WHERE point.kind = 'phone') AS phones,
                  array_agg(point.value::text) FILTER (WHERE point.kind = 'email') AS emails
             FROM customers_contactpoint point
            WHERE point.company_id = company AND point.is_live AND NOT point.is_invalid
              AND (wanted IS NULL OR point.customer_id = ANY (wanted))
            GROUP BY point.customer_id) points ON points.customer_id = customer.id
     WHERE customer.company_id = company AND customer.record_state = 'active'
       AND (wanted IS NULL OR customer.id = ANY (wanted));
    GET DIAGNOSTICS read = ROW_COUNT;
    RETURN read;
END $$;
REVOKE ALL ON FUNCTION duplicate_read_customers(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duplicate_read_customers(uuid[]) TO crm_app;
