"""The leads behind a phone number: of its customers, and of nobody yet (source systems S3.4).

Written in SQL: this is asked while the phone rings, and Django takes longer to put such a query
together than the database to answer it.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from crm.actors import Actor
from crm.roles import Action
from customers.selectors.phone_leads import PhoneLead

MOST_SHOWN = 100
# Both kinds are found by an index of their own, before anything is sorted.
OF_PHONE = """
WITH found AS MATERIALIZED (
    SELECT lead.id FROM leads_lead lead WHERE lead.customer_id = ANY(%(customer_ids)s)
     UNION ALL
    SELECT lead.id FROM leads_lead lead
     WHERE lead.company_id = NULLIF(current_setting('crm.company_id', true), '')::bigint
       AND lead.phone = %(phone)s AND lead.customer_id IS NULL
)
SELECT lead.id, lead.full_name, COALESCE(NULLIF(lead.phone, ''), lead.phone_as_typed), lead.status,
       lead.branch_id, COALESCE(branch.name, ''), lead.source_id, COALESCE(source.name, ''),
       lead.owner_id, lead.interest, lead.variant, lead.location, lead.received_at
  FROM found
  JOIN leads_lead lead ON lead.id = found.id
  LEFT JOIN crm_branch branch ON branch.id = lead.branch_id
  LEFT JOIN leads_leadsource source ON source.id = lead.source_id
 WHERE %(branch_ids)s::uuid[] IS NULL OR lead.branch_id = ANY(%(branch_ids)s::uuid[])
 ORDER BY lead.received_at DESC, lead.id DESC
 LIMIT %(most)s
"""
FIELDS = (
    "id", "name", "phone", "status", "branch_id", "branch_name", "source_id", "source_name",
    "rm_member_id", "model", "variant", "location", "created_at",
)  # fmt: skip


def leads_of_phone(actor: Actor, customer_ids: Sequence[UUID], phone: str) -> list[PhoneLead]:
    """The newest first, of all branches (a key that is limited to some sees theirs); one query.

    Leads without a customer stay on the list when a customer has the number by now (S3.8, 10).
    """
    actor.require(Action.VIEW_LEAD)
    branch_ids = None if actor.key_branch_ids is None else list(actor.key_branch_ids)
    values = {
        "customer_ids": list(customer_ids),
        "phone": phone,
        "branch_ids": branch_ids,
        "most": MOST_SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(OF_PHONE, values)
        return [PhoneLead(**dict(zip(FIELDS, row, strict=True))) for row in cursor.fetchall()]
