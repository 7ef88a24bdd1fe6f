"""Merging two customers, one of whom has a thousand rows, and undoing it; and with ten thousand.

In an empty database of its own, with the triggers on and a commit each, as staff merge.
"""

import os
from collections.abc import Sequence
from uuid import UUID

import psycopg

from benchmarks.measure import Report, Timing, timed
from crm.actors import Actor, Door, system_actor
from crm.models import Company
from crm.tenancy import use_company
from customers.selectors.merge_preview import preview_merge
from customers.selectors.undo_preview import preview_undo
from customers.services.merge import merge_customers
from customers.services.undo_merge import undo_merge

PAIRS = 60
COMPANY = """
INSERT INTO crm_company (name, slug, default_region, time_zone, currency, languages, is_active,
                         created_at)
VALUES ('Merges', 'merges', 'AU', 'Australia/Sydney', 'AUD', '[]', true, now())
RETURNING id
"""
PEOPLE = """
INSERT INTO customers_customer
       (id, company_id, code, stable_hash_id, full_name, given_name, family_name,
        name_is_placeholder, lifecycle_stage, created_at, last_activity_at, stage_changed_at,
        updated_at, origin, record_state, version, address_line, city, postcode, country,
        language, preferred_contact)
SELECT new_uuid7(), %s, 'M-' || number, md5('merges' || number), 'Robin Okafor', 'Robin',
       'Okafor', false, 'prospect', now(), now(), now(), now(), 'import', 'active', 1,
       '', '', '', '', '', ''
  FROM generate_series(1, %s) AS number
RETURNING id
"""
# For each of these people `rows`: half orders, the rest notes, answers and closed leads.
ORDERS = """
INSERT INTO scoring_order
       (id, company_id, created_at, updated_at, platform, external_id, reference, customer_id,
        link_method, buyer_name, buyer_email, buyer_phone, buyer_email_key, buyer_phone_key,
        status, platform_status, sales_channel, currency, gross, refunded, net, scored_gross,
        scored_net, tickets, event_id, event_name, venue, discount_code, ordered_at, changed_at,
        review, review_reasons, removed_by, raw)
SELECT new_uuid7(), %(company)s, now(), now(), 'bench', person || '-' || number, '', person,
       'email', '', '', '', '', '', 'complete', '', '', 'AUD', 20, 0, 20, 20, 20, 1, '', '', '',
       '', now() - number * interval '1 day', now(), 'fine', '[]', '', '{}'
  FROM unnest(%(people)s::uuid[]) AS person, generate_series(1, %(rows)s / 2) AS number
"""
NOTES = """
INSERT INTO customers_note (id, company_id, created_at, updated_at, customer_id, text, author_name)
SELECT new_uuid7(), %(company)s, now(), now(), person, 'called', 'bench'
  FROM unnest(%(people)s::uuid[]) AS person, generate_series(1, %(rows)s / 4)
"""
ANSWERS = """
INSERT INTO customers_consentevent
       (id, company_id, created_at, updated_at, customer_id, channel, granted, source,
        happened_at, recorded_by)
SELECT new_uuid7(), %(company)s, now(), now(), person, 'email', true, 'form', now(), 'bench'
  FROM unnest(%(people)s::uuid[]) AS person, generate_series(1, %(rows)s / 8)
"""
LEADS = """
INSERT INTO leads_lead
       (id, company_id, created_at, updated_at, customer_id, external_id, full_name, phone,
        phone_as_typed, email, status, attempts, reason, remarks, interest, variant, location,
        received_at, last_activity_at, closed_at, version)
SELECT new_uuid7(), %(company)s, now(), now(), person, '', '', '', '', '', 'won', 1, '', '', '',
       '', '', now(), now(), now(), 1
  FROM unnest(%(people)s::uuid[]) AS person, generate_series(1, %(rows)s / 8)
"""


def run(report: Report) -> None:
    """Merge pairs one after another, then undo them."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        row = owner.execute(COMPANY).fetchone()
        assert row is not None
        company_id = int(row[0])
        people = [found[0] for found in owner.execute(PEOPLE, [company_id, 2 * PAIRS + 2])]
        busy = {"company": company_id, "people": people[1:-2:2], "rows": 1000}
        busiest = {"company": company_id, "people": people[-1:], "rows": 10_000}
        for statement in (ORDERS, NOTES, ANSWERS, LEADS):
            owner.execute(statement, busy)
            owner.execute(statement, busiest)
        owner.execute("VACUUM ANALYZE")
    with use_company(company_id):
        actor = system_actor(Company.objects.get(), door=Door.COMMAND, name="benchmark")
    pairs = list(zip(people[:-2:2], people[1:-2:2], strict=True))
    _measure(report, actor, pairs, "1,000 related rows")
    _measure(report, actor, [(people[-2], people[-1])], "10,000 related rows")


def _measure(report: Report, actor: Actor, pairs: Sequence[tuple[UUID, UUID]], what: str) -> None:
    merges: list[UUID] = []

    def preview(pair: tuple[UUID, UUID]) -> None:
        with use_company(actor.company.pk):
            preview_merge(actor=actor, customer_ids=pair, survivor_id=pair[0])

    def merge(pair: tuple[UUID, UUID]) -> None:
        with use_company(actor.company.pk):
            done = merge_customers(actor=actor, survivor_id=pair[0], others=[pair[1]])
        merges.append(done.pk)

    def preview_of_undo(merge_id: UUID) -> None:
        with use_company(actor.company.pk):
            preview_undo(actor=actor, merge_id=merge_id)

    def undo(merge_id: UUID) -> None:
        with use_company(actor.company.pk):
            undo_merge(actor=actor, merge_id=merge_id)

    report(f"preview of a merge with {what}", _text(timed(preview, pairs, warm_up=0)))
    report(f"merge with {what}", _text(timed(merge, pairs, warm_up=0)))
    report(f"preview of its undo with {what}", _text(timed(preview_of_undo, merges, warm_up=0)))
    report(f"undo with {what}", _text(timed(undo, merges, warm_up=0)))


def _text(timing: Timing) -> str:
    return timing.text() if len(timing.milliseconds) > 1 else f"{timing.p50:.0f} ms"
