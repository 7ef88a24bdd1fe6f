"""Rows that arrive for a record while it is merged, or afterwards, land on the survivor."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, models

from crm.tenancy import use_company
from customers.merging.relations import relations
from customers.models import (
    ConsentEvent,
    Customer,
    CustomerTag,
    ExternalIdentity,
    Household,
    HouseholdMember,
    Merge,
    MergeMove,
    Note,
    ProfileLink,
    StageChange,
    Tag,
)
from customers.models.merge import MoveKind
from customers.services.merge import merge_customers
from customers.services.undo_merge import undo_merge
from leads.models import Lead
from scoring.models import Engagement, Membership, MembershipChange, Order, Segment, SegmentMember
from tests.customers.merging.people import twins
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World


def rows_for(customer: Customer) -> list[models.Model]:
    """One row of each kind that anybody may write for a customer without holding their row."""
    company = customer.company
    own: dict[str, Any] = {"company": company, "customer": customer}
    tag = Tag.objects.get_or_create(company=company, name="vip")[0]
    segment = Segment.objects.get_or_create(company=company, slug="s", name="S")[0]
    at = customer.created_at
    return [
        Note.objects.create(**own, text="x", author_name="x"),
        ConsentEvent.objects.create(**own, channel="email", granted=True, source="x"),
        StageChange.objects.create(**own, old_stage="lead", new_stage="customer"),
        ExternalIdentity.objects.create(**own, system="shop", external_id=str(customer.pk)),
        ProfileLink.objects.create(**own, provider="app", profile_id=str(customer.pk)),
        CustomerTag.objects.create(**own, tag=tag),
        HouseholdMember.objects.create(**own, household=Household.objects.create(company=company)),
        Lead.objects.create(**own, status="won", closed_at=at),
        place_order(customer),
        SegmentMember.objects.create(**own, segment=segment, how=Membership.RULE, since=at),
        MembershipChange.objects.create(**own, segment=segment, at=at, joined=True, how="rule"),
    ]


def test_rows_written_for_a_merged_record_go_through_all_merges(acme: World) -> None:
    """carl ← ana ← ben: every kind lands at carl, and each undo gives it back one step."""
    actor = acme.system()
    ana, ben = twins(acme)
    carl = make_customer(actor)
    first = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    second = merge_customers(actor=actor, survivor_id=carl.pk, others=[ana.pk])
    rows = rows_for(ben)
    assert {holder(row) for row in rows} == {carl.pk}
    assert Engagement.objects.get(customer=carl).orders == 1
    undo_merge(actor=actor, merge_id=second.pk)
    assert {holder(row) for row in rows} == {ana.pk}
    undo_merge(actor=actor, merge_id=first.pk)
    assert {holder(row) for row in rows} == {ben.pk}


def test_of_two_alike_the_survivors_stays(acme: World) -> None:
    """What is unique within a customer goes into the journal instead, and back with the undo."""
    actor = acme.system()
    ana, ben = twins(acme)
    kept = {type(row): row for row in rows_for(ana)}
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    late = {type(row): row for row in rows_for(ben)}
    for model in (CustomerTag, HouseholdMember, SegmentMember):
        assert list(model._default_manager.values_list("pk", flat=True)) == [kept[model].pk]
        line = MergeMove.objects.get(
            merge=merge, row_id=late[model].pk, relation__contains=model.__name__
        )
        assert (line.kind, line.before["customer_id"]) == (MoveKind.REMOVED, str(ben.pk))
    undo_merge(actor=actor, merge_id=merge.pk)
    assert {holder(row) for row in late.values()} == {ben.pk}
    assert {holder(row) for row in kept.values()} == {ana.pk}


def test_a_change_of_the_customer_is_redirected_too(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    order = place_order(make_customer(actor))
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    Order.objects.filter(pk=order.pk).update(customer=ben)
    assert holder(order) == ana.pk
    assert MergeMove.objects.filter(merge=merge, kind=MoveKind.ARRIVED).count() == 1


def holder(row: models.Model) -> object:
    """Whose the row is now."""
    return type(row)._default_manager.values_list("customer_id", flat=True).get(pk=row.pk)


@pytest.mark.parametrize("write", [lambda one: Note.objects.create(
    company=one.company, customer=one, text="x", author_name="x"
), place_order], ids=["note", "order"])  # fmt: skip
def test_a_writer_waits_for_an_open_merge(
    committed: None, acme: World, write: Callable[[Customer], models.Model]
) -> None:
    """Another connection has seen the record alive; its row lands on the survivor."""
    actor = acme.system()
    with acme.inside():
        ana, ben = twins(acme)
    written: list[models.Model] = []
    is_writing = threading.Event()

    def writer() -> None:
        try:
            with use_company(acme.company.pk):
                is_writing.set()
                written.append(write(ben))
        finally:
            connections.close_all()

    thread = threading.Thread(target=writer)
    with acme.inside():
        merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
        thread.start()
        is_writing.wait(30)
        wait_for_a_waiting_lock()
        assert not written
    thread.join(30)
    with acme.inside():
        assert holder(written[0]) == ana.pk
        assert MergeMove.objects.filter(merge=merge, kind=MoveKind.ARRIVED).count() == 1
        undo_merge(actor=actor, merge_id=merge.pk)
        assert holder(written[0]) == ben.pk


def test_a_merge_waits_for_a_row_in_flight(committed: None, acme: World) -> None:
    """A row that is not committed yet when the merge begins moves with the others."""
    actor = acme.system()
    with acme.inside():
        ana, ben = twins(acme)
    done: list[Merge] = []

    def merger() -> None:
        try:
            with use_company(acme.company.pk):
                done.append(merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk]))
        finally:
            connections.close_all()

    thread = threading.Thread(target=merger)
    with acme.inside():
        order = place_order(ben)
        thread.start()
        wait_for_a_waiting_lock()
        assert not done
    thread.join(30)
    with acme.inside():
        assert holder(order) == ana.pk
        line = MergeMove.objects.get(relation="scoring.Order.customer")
        assert line.kind == MoveKind.MOVED


def wait_for_a_waiting_lock() -> None:
    """Until some other connection waits for us."""
    with connection.cursor() as cursor:
        for _ in range(600):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            row = cursor.fetchone()
            if row and row[0]:
                return
            cursor.execute("SELECT pg_sleep(0.05)")
    pytest.fail("nobody waits")


def test_every_table_whose_rows_move_has_the_triggers(acme: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger"
            " WHERE tgname IN ('arrivals_follow_merges', 'changes_follow_merges')"
        )
        found = sorted((table, args.split("\\000")[0]) for table, args in cursor.fetchall())
    assert found == sorted((one.table, one.name) for one in relations() for _ in range(2))
