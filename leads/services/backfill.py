"""Legacy leads get their customers: set by set, each set in a transaction of its own.

Stopped at any moment it has done whole sets, and the next run goes on where it stopped; a run
with nothing to do writes nothing (source systems S3.5, Backfill).
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, connection

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict
from crm.roles import Action
from crm.tenancy import use_company
from customers.services.new_customer import ValueTaken
from leads.models import Lead
from leads.services.backfill_customers import NewCustomer, insert_people, person_behind
from leads.services.backfill_phones import TypedPhones, batches_of_phones, read_typed_phones
from leads.services.link_plan import LinkPlan, WaitingLead, plan_links
from leads.services.link_writes import (
    COLUMNS,
    holders,
    lock_customers,
    open_places,
    waiting_leads,
    write_links,
)

BATCH = 2_000  # phones in one transaction
ATTEMPTS = 5
Progress = Callable[[str, int, int], None]  # what is being done, how many of how many

STORE_PHONES = """
UPDATE leads_lead lead
   SET phone = typed.phone, updated_at = now()
  FROM unnest(%s::uuid[], %s::text[]) AS typed (lead_id, phone)
 WHERE lead.id = typed.lead_id AND lead.phone = ''
"""
ADVANCE_STAGES = """
WITH said AS (
    SELECT lead.customer_id, bool_or(lead.status = 'won') AS won
      FROM leads_lead lead
     WHERE lead.id = ANY (%(leads)s)
     GROUP BY lead.customer_id
), due AS (
    SELECT customer.id, customer.company_id, customer.lifecycle_stage AS old_stage,
           CASE WHEN said.won THEN 'customer' ELSE 'lead' END AS new_stage
      FROM said
      JOIN customers_customer customer ON customer.id = said.customer_id
     WHERE customer.lifecycle_stage = 'prospect'
        OR (customer.lifecycle_stage = 'lead' AND said.won)
), moved AS (
    UPDATE customers_customer customer
       SET lifecycle_stage = due.new_stage, stage_changed_at = now(), updated_at = now()
      FROM due
     WHERE customer.id = due.id
)
INSERT INTO customers_stagechange
       (id, company_id, created_at, updated_at, customer_id, old_stage, new_stage, at,
        changed_by, reason)
SELECT new_uuid7(), company_id, now(), now(), id, old_stage, new_stage, now(), %(by)s,
       CASE new_stage WHEN 'customer' THEN 'lead won' ELSE 'lead received' END
  FROM due
RETURNING customer_id
"""


@dataclass(kw_only=True)
class BackfillReport:
    """Counts of leads; `created` counts customers. The last three wait for a person."""

    total: int = 0
    already_linked: int = 0
    linked: int = 0
    created: int = 0
    without_phone: int = 0
    ambiguous: int = 0  # several people share the phone
    conflicting: int = 0  # open, while another lead of the person is open at the branch


def backfill(
    *,
    actor: Actor,
    dry_run: bool = False,
    batch_size: int = BATCH,
    on_progress: Progress = lambda _what, _done, _of: None,
) -> BackfillReport:
    """Link every lead without a customer to the one whom its phone identifies, made if need be.

    A dry run reads, counts what would be done, and writes nothing. Each set of phones is one
    transaction, so do not call this inside one.
    """
    actor.require(Action.BACKFILL)
    with use_company(actor.company.pk):
        report = BackfillReport(total=Lead.objects.count())
        waiting = Lead.objects.without_customer()
        waiting_count, typed_count = waiting.count(), waiting.filter(phone="").count()
    report.already_linked = report.total - waiting_count

    read = _Counter(on_progress, "Reading phones", typed_count)
    typed = read_typed_phones(actor, read.add)
    report.without_phone = typed_count - len(typed)

    linking = _Counter(on_progress, "Linking leads", waiting_count - report.without_phone)
    for phones in batches_of_phones(actor, typed, batch_size):
        plan, created = _settle(actor, phones, typed, dry_run)
        report.linked += len(plan.links)
        report.created += created
        report.ambiguous += len(plan.ambiguous)
        report.conflicting += len(plan.conflicting)
        linking.add(len(plan.links) + len(plan.ambiguous) + len(plan.conflicting))
    return report


class _Counter:
    def __init__(self, tell: Progress, what: str, of: int) -> None:
        self.tell, self.what, self.done, self.of = tell, what, 0, of

    def add(self, count: int) -> None:
        self.done += count
        self.tell(self.what, self.done, self.of)


def _settle(
    actor: Actor, phones: Sequence[str], typed: TypedPhones, dry_run: bool
) -> tuple[LinkPlan, int]:
    """One set of phones; others may work on the same people meanwhile."""
    for _ in range(ATTEMPTS):
        try:
            with use_company(actor.company.pk):
                leads = _leads_of(phones, typed)
                return _plan_only(leads) if dry_run else _link(actor, leads)
        except (ValueTaken, IntegrityError):
            continue  # somebody saved one of the numbers, or opened a lead: look again
    raise Conflict("These leads are being changed all the time. Run it again later.", code="busy")


def _leads_of(phones: Sequence[str], typed: TypedPhones) -> list[WaitingLead]:
    leads = waiting_leads(phones)
    phone_of = typed.of_phones(phones)
    if phone_of:
        rows = Lead.objects.without_customer().filter(pk__in=list(phone_of), phone="")
        texts = (WaitingLead(*row) for row in rows.values_list(*COLUMNS))
        leads += [replace(lead, phone=phone_of[lead.id]) for lead in texts]
    return leads


def _plan_only(leads: Sequence[WaitingLead]) -> tuple[LinkPlan, int]:
    by_phone = _by_phone(leads)
    customer_of, shared = holders(by_phone)
    people = _people(by_phone, customer_of, shared)
    return _plan(leads, customer_of, shared, people), len(people)


def _link(actor: Actor, leads: Sequence[WaitingLead]) -> tuple[LinkPlan, int]:
    by_phone = _by_phone(leads)
    customer_of, shared = holders(by_phone)
    people = _people(by_phone, customer_of, shared)
    # In the order of docs/locking.md: known customers, their leads, then new phones. The leads of
    # new people come last: a walk-in with one of these phones holds the phone, then its leads.
    live = lock_customers(customer_of.values())
    known = {phone: one for phone, one in customer_of.items() if one in live}
    plan = _plan(leads, known, shared, people)
    of_known = [pair for pair in plan.links if pair[1] in live]
    of_new = [pair for pair in plan.links if pair[1] not in live]
    write_links(actor, of_known)
    _advance_stages(actor, [lead.id for lead, _ in of_known])
    insert_people(actor, people)
    write_links(actor, of_new)
    _store_phones([*plan.ambiguous, *plan.conflicting])
    _record(actor, plan, [person.id for person in people])
    return plan, len(people)


def _by_phone(leads: Sequence[WaitingLead]) -> dict[str, list[WaitingLead]]:
    found: dict[str, list[WaitingLead]] = {}
    for lead in leads:
        found.setdefault(lead.phone, []).append(lead)
    return found


def _people(
    by_phone: Mapping[str, list[WaitingLead]], known: Mapping[str, UUID], shared: Set[str]
) -> list[NewCustomer]:
    """Who is behind the phones that nobody has yet."""
    unknown = sorted(set(by_phone) - shared - set(known))
    return [person_behind(phone, by_phone[phone]) for phone in unknown]


def _plan(
    leads: Sequence[WaitingLead],
    known: Mapping[str, UUID],
    shared: Set[str],
    people: Sequence[NewCustomer],
) -> LinkPlan:
    return plan_links(
        leads,
        customer_of={**known, **{person.phone: person.id for person in people}},
        shared=shared,
        open_at=open_places(known.values()),
    )


def _store_phones(leads: Sequence[WaitingLead]) -> None:
    if leads:
        with connection.cursor() as cursor:
            cursor.execute(STORE_PHONES, [[one.id for one in leads], [one.phone for one in leads]])


def _advance_stages(actor: Actor, lead_ids: Sequence[UUID]) -> None:
    """What `stage_effects` does for one lead, for a set. New customers have their stage already."""
    if lead_ids:
        with connection.cursor() as cursor:
            cursor.execute(ADVANCE_STAGES, {"leads": list(lead_ids), "by": actor.name})
            advanced = [row[0] for row in cursor.fetchall()]
        if advanced:
            outbox.publish(
                actor=actor, topic="customer.stages_advanced", payload={"customer_ids": advanced}
            )


def _record(actor: Actor, plan: LinkPlan, customer_ids: Sequence[UUID]) -> None:
    """One audit event for the set, which names every lead and customer of it, and two outbox
    events: an event for each of a million rows would cost more than the work itself."""
    if not plan.links:
        return
    lead_ids = [lead.id for lead, _ in plan.links]
    audit.record(
        actor=actor,
        action="lead.backfilled",
        subject=actor.company,
        new={
            "created_customers": list(customer_ids),
            "linked_leads": {str(lead.id): customer_id for lead, customer_id in plan.links},
        },
    )
    outbox.publish(actor=actor, topic="lead.linked", payload={"lead_ids": lead_ids})
    if customer_ids:
        outbox.publish(
            actor=actor,
            topic="customer.backfilled",
            payload={"customer_ids": list(customer_ids)},
        )
