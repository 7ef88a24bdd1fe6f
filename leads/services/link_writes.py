"""The reads and writes of linking, set by set: the same for one caller and for a million leads."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from uuid import UUID

from django.db import connection

from crm.actors import Actor
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from leads.models import Lead
from leads.services.link_plan import Place, WaitingLead

COLUMNS = [field.name for field in fields(WaitingLead)]
LINK = """
WITH pair AS (
    SELECT *
      FROM unnest(%(leads)s::uuid[], %(customers)s::uuid[], %(phones)s::text[])
           AS pair (lead_id, customer_id, phone)
), linked AS (
    UPDATE leads_lead lead
       SET customer_id = pair.customer_id, phone = pair.phone, updated_at = now()
      FROM pair
     WHERE lead.id = pair.lead_id AND lead.customer_id IS NULL
 RETURNING lead.company_id, lead.id, lead.status, lead.customer_id
)
INSERT INTO leads_leadevent
       (company_id, lead_id, kind, at, old_status, new_status, remarks, by_id, by_name, data)
SELECT company_id, id, 'linked', now(), status, status, '', %(by)s, %(by_name)s,
       jsonb_build_object('customer_id', customer_id, 'by', 'phone')
  FROM linked
"""
TOUCH = """
UPDATE customers_customer customer
   SET last_activity_at = seen.at
  FROM (SELECT lead.customer_id, max(lead.last_activity_at) AS at
          FROM leads_lead lead
         WHERE lead.id = ANY(%s)
         GROUP BY lead.customer_id) seen
 WHERE customer.id = seen.customer_id AND customer.last_activity_at < seen.at
"""


def holders(phones: Collection[str]) -> tuple[dict[str, UUID], set[str]]:
    """Whom each phone identifies, and the phones that several may share (as `identify` says)."""
    rows = ContactPoint.objects.filter(
        kind=ContactKind.PHONE, value__in=phones, is_live=True
    ).values_list("value", "customer_id", "is_shared")
    customer_of: dict[str, UUID] = {}
    shared: set[str] = set()
    for phone, customer_id, is_shared in rows:
        if is_shared or phone in customer_of:
            shared.add(phone)
        customer_of[phone] = customer_id
    return {phone: one for phone, one in customer_of.items() if phone not in shared}, shared


def lock_customers(customer_ids: Iterable[UUID]) -> set[UUID]:
    """Lock the rows in the order of their ids; returns those that are live."""
    rows = Customer.objects.live().filter(pk__in=list(customer_ids)).order_by("pk")
    return set(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def waiting_leads(phones: Collection[str], *, lock: bool = False) -> list[WaitingLead]:
    """The leads without a customer that have one of these phones, in the order of their ids."""
    leads = Lead.objects.without_customer().filter(phone__in=phones).order_by("pk")
    if lock:
        leads = leads.select_for_update(no_key=True, of=("self",))
    return [WaitingLead(*row) for row in leads.values_list(*COLUMNS)]


def open_places(customer_ids: Iterable[UUID]) -> set[Place]:
    """At which branches these customers have an open lead."""
    rows = Lead.objects.open().filter(customer_id__in=list(customer_ids))
    return set(rows.values_list("customer_id", "branch_id"))


def write_links(actor: Actor, links: Sequence[tuple[WaitingLead, UUID]]) -> int:
    """Link the leads, with a line of history each; returns how many were still waiting.

    The customers' rows are locked by the caller.
    """
    if not links:
        return 0
    lead_ids = [lead.id for lead, _ in links]
    with connection.cursor() as cursor:
        cursor.execute(
            LINK,
            {
                "leads": lead_ids,
                "customers": [customer_id for _, customer_id in links],
                "phones": [lead.phone for lead, _ in links],
                "by": actor.staff.pk if actor.staff else None,
                "by_name": actor.name,
            },
        )
        linked = cursor.rowcount
        cursor.execute(TOUCH, [lead_ids])
    return linked
