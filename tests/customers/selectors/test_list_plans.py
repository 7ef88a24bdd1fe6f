"""No page of the lists reads a whole table: every order, every filter, under row-level security.

One company among others holds most rows, as the planner meets it in earnest.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from crm.actors import Actor
from crm.roles import Role
from customers.models import Customer, CustomerTag, DuplicateCandidate, Tag
from customers.models.customer import LifecycleStage, Origin
from customers.models.duplicate import PairRelation
from customers.selectors import lists as customer_lists
from customers.selectors.duplicates import (
    CandidateFilters,
    Confidence,
    candidate_queue,
    count_candidates,
)
from customers.selectors.lists import CustomerFilters, count_up_to, list_customers
from leads.models import Lead, LeadSource
from leads.models.lead import LeadStatus
from leads.selectors import lists as lead_lists
from leads.selectors.lists import LeadFilters, count_leads, list_leads
from tests.customers.search_crowd import commit_crowd, unsearched
from tests.worlds import World

COUNT, OTHERS = 12_000, 6_000
FEW = COUNT // 10  # rows; more than any of the rare filters has
SCANS = """
SELECT relname, seq_scan FROM pg_stat_xact_user_tables
 WHERE relname IN ('customers_customer', 'customers_contactpoint', 'customers_customertag',
                   'leads_lead', 'customers_duplicatecandidate')
"""
READ = """
SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
 WHERE relname IN ('customers_customer', 'leads_lead')
"""


@pytest.fixture
def large(committed: None, acme: World, globex: World) -> Iterator[None]:
    """Customers and leads of two companies: tags, stages, owners and follow-ups of some."""
    with unsearched():
        for world, count in ((acme, COUNT), (globex, OTHERS)):
            commit_crowd(world, count)
            with world.inside():
                _spread(world)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    with acme.inside():
        yield


def _spread(world: World) -> None:
    now, owners = timezone.now(), [world.staff[Role.RELATIONSHIP_MANAGER], None, None]
    source = LeadSource.objects.order_by("id").first()
    rare, common = (
        Tag.objects.create(company=world.company, name=name) for name in ("VIP", "newsletter")
    )
    ids = list(Customer.objects.order_by("code").values_list("pk", flat=True))
    stages = {pk: LifecycleStage.values[n % 4] for n, pk in enumerate(ids) if n % 10 == 0}
    for stage in LifecycleStage.values:
        chosen = [pk for pk, value in stages.items() if value == stage]
        Customer.objects.filter(pk__in=chosen).update(lifecycle_stage=stage)
    Customer.objects.filter(pk__in=ids[::300]).update(record_state="deleted", deleted_at=now)
    CustomerTag.objects.bulk_create(
        CustomerTag(company=world.company, customer_id=pk, tag=tag)
        for tag, tagged in ((rare, ids[1::100]), (common, ids[::2]))
        for pk in tagged
    )
    DuplicateCandidate.objects.bulk_create(
        DuplicateCandidate(
            company=world.company,
            left_id=left,
            right_id=right,
            bits=n % 20 - 3,
            relation=PairRelation.values[n % len(PairRelation.values)],
            state="later" if n % 50 == 0 else "open",
        )
        for n, (left, right) in enumerate(pairwise(sorted(ids)))
    )
    Lead.objects.bulk_create(_lead(world, n, pk, owners, source) for n, pk in enumerate(ids))


def _lead(world: World, n: int, customer_id: Any, owners: list[Any], source: Any) -> Lead:
    now = timezone.now()
    status = LeadStatus.WORKING if n % 20 == 0 else LeadStatus.WON
    received = now - timedelta(hours=n)
    return Lead(
        company=world.company,
        branch=(world.north, world.south)[n % 2],
        customer_id=None if n % 50 == 0 else customer_id,
        full_name="Somebody",
        status=status,
        source=source if n % 3 else None,
        owner=owners[n % 3] if n % 2 == 0 else None,
        follow_up_at=now + timedelta(hours=n % 90 - 30) if n % 40 == 0 else None,
        closed_at=now if status == LeadStatus.WON else None,
        received_at=received,
        last_activity_at=received,
    )


def full_scans() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(SCANS)
        return dict(cursor.fetchall())


def rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return int(cursor.fetchone()[0])


def customer_filters() -> list[CustomerFilters]:
    tag = Tag.objects.get(name="VIP")
    yesterday = (timezone.now() - timedelta(days=1)).date()
    return [
        CustomerFilters(),
        *(CustomerFilters(stage=stage) for stage in LifecycleStage.values),
        CustomerFilters(origin=Origin.IMPORT),
        CustomerFilters(origin=Origin.CHAT),
        CustomerFilters(tag_id=tag.pk),
        CustomerFilters(tag_id=Tag.objects.get(name="newsletter").pk),
        CustomerFilters(has_phone=True),
        CustomerFilters(has_phone=False),
        CustomerFilters(has_email=True),
        CustomerFilters(has_email=False),
        CustomerFilters(created_from=yesterday),
        CustomerFilters(active_from=yesterday),
        CustomerFilters(stage="lead", tag_id=tag.pk, has_email=True),
        CustomerFilters(state="deleted"),
        CustomerFilters(state="merged"),
    ]


def queue_filters() -> list[CandidateFilters]:
    return [
        CandidateFilters(),
        CandidateFilters(state="later"),
        CandidateFilters(state="dismissed"),
        *(CandidateFilters(relation=relation) for relation in PairRelation.values),
        *(CandidateFilters(confidence=step) for step in Confidence),
        CandidateFilters(has_profile_link=True),
        CandidateFilters(has_profile_link=False),
        CandidateFilters(relation=PairRelation.RELATIVE, confidence=Confidence.SURE),
    ]


def lead_filters(actor: Actor, world: World) -> list[LeadFilters]:
    today = timezone.now().date()
    source = LeadSource.objects.order_by("id").first()
    assert source is not None
    return [
        LeadFilters(),
        *(LeadFilters(status=status) for status in ("open", "closed", *LeadStatus.values)),
        *(LeadFilters(branch_id=branch.pk) for branch in (world.north, world.south)),
        LeadFilters(owner="me"),
        LeadFilters(owner="unassigned"),
        LeadFilters(owner=world.staff[Role.RELATIONSHIP_MANAGER].pk, status="open"),
        LeadFilters(source_id=source.pk),
        LeadFilters(received_from=today - timedelta(days=1)),
        LeadFilters(received_to=today - timedelta(days=90)),
        *(LeadFilters(follow_up=choice) for choice in lead_lists.FOLLOW_UPS),
        LeadFilters(without_customer=True),
        LeadFilters(status="open", owner="unassigned", without_customer=True),
    ]


@pytest.mark.large
@pytest.mark.timeout(600)
def test_no_list_reads_a_whole_table(large: None, acme: World) -> None:
    scanned = []
    manager = acme.actor(Role.MANAGER)
    for filters, ordering in product(customer_filters(), customer_lists.ORDERINGS):
        before = full_scans()
        page = list_customers(actor=manager, filters=filters, ordering=ordering)
        if page.next_cursor:
            list_customers(
                actor=manager, filters=filters, ordering=ordering, cursor=page.next_cursor
            )
        count_up_to(actor=manager, filters=filters)
        if full_scans() != before:
            scanned.append((ordering, filters))
    admin = acme.actor(Role.ADMIN)
    for queued in queue_filters():
        before = full_scans()
        pairs = candidate_queue(actor=admin, filters=queued)
        if pairs.next_cursor:
            candidate_queue(actor=admin, filters=queued, cursor=pairs.next_cursor)
        count_candidates(actor=admin, filters=queued)
        if full_scans() != before:
            scanned.append(("queue", queued))
    for role in (Role.MANAGER, Role.TEAM_LEAD, Role.RELATIONSHIP_MANAGER):
        actor = acme.actor(role)
        for filters_, ordering in product(lead_filters(actor, acme), lead_lists.ORDERINGS):
            before = full_scans()
            leads = list_leads(actor=actor, filters=filters_, ordering=ordering)
            if leads.next_cursor:
                list_leads(
                    actor=actor, filters=filters_, ordering=ordering, cursor=leads.next_cursor
                )
            count_leads(actor=actor, filters=filters_)
            if full_scans() != before:
                scanned.append((role, ordering, filters_))
    assert scanned == [], "\n".join(str(one) for one in scanned)

    # A list of few reads few: its own rows, once for the page and once for the count.
    few: list[tuple[str, int]] = []
    for filters in (
        CustomerFilters(stage="lead"),
        CustomerFilters(stage="churned"),
        CustomerFilters(tag_id=Tag.objects.get(name="VIP").pk),
        CustomerFilters(state="deleted"),
        CustomerFilters(state="merged"),
    ):
        for ordering in customer_lists.ORDERINGS:
            read = rows_read()
            list_customers(actor=manager, filters=filters, ordering=ordering)
            few.append((f"{ordering} {filters}", rows_read() - read))
            read = rows_read()
            count_up_to(actor=manager, filters=filters)
            few.append((f"count of {filters}", rows_read() - read))
    for open_filters in (
        LeadFilters(status="open"),
        LeadFilters(status="working"),
        LeadFilters(follow_up="due"),
    ):
        for ordering in lead_lists.ORDERINGS:
            read = rows_read()
            list_leads(actor=manager, filters=open_filters, ordering=ordering)
            few.append((f"{ordering} {open_filters}", rows_read() - read))
            read = rows_read()
            count_leads(actor=manager, filters=open_filters)
            few.append((f"count of {open_filters}", rows_read() - read))
    assert [one for one in few if one[1] > FEW] == []

    # The checks themselves: what no index holds is looked for in all rows.
    read, before = rows_read(), full_scans()
    assert not Customer.objects.filter(city="Nowhere").exists()
    assert rows_read() - read >= COUNT - COUNT // 100
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert not Customer.objects.filter(city="Nowhere").exists()
    assert full_scans() != before
