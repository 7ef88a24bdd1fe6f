"""Who is in a segment: rules, hands, and that only differences are written."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from crm import outbox
from crm.embedded.children import wait_until
from crm.errors import Conflict, Forbidden, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Customer
from customers.services.removal import delete_customer, restore_customer
from scoring.models import MembershipChange, Segment, SegmentMember, SegmentRecheck
from scoring.services.membership import (
    Evaluation,
    add_member,
    evaluate_customers,
    evaluate_segment,
    keep_out,
    take_back,
)
from scoring.services.nightly_segments import due_segments, evaluate_all, last_night
from scoring.services.order_review import unlink_order
from scoring.services.rechecks import mark_for_recheck, on_customers_changed, recheck_batch
from scoring.services.segments import create_segment
from scoring.tasks import evaluate_due_segments, recheck_segments
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.factories.placed_orders import place_order
from tests.threads import run_threads
from tests.worlds import World

BUYERS = {"all": [{"field": "orders", "op": "at_least", "value": 1}]}
NOBODY = {"all": [{"field": "band", "op": "not_in", "value": ["hot", "warm", "cool", "cold"]}]}


def make_segment(world: World, rules: Any = BUYERS, name: str = "Buyers") -> Segment:
    return create_segment(actor=world.actor(Role.MANAGER), name=name, rules=rules)


def buyer(world: World, name: str = "Ana") -> Customer:
    customer = make_customer(world.system(), name=name)
    place_order(customer)
    return customer


def evaluate(world: World, segment: Segment) -> tuple[int, int]:
    found = evaluate_segment(actor=world.system(), segment_id=segment.pk)
    return found.joined, found.left


def members(segment: Segment) -> dict[str, str]:
    rows = SegmentMember.objects.filter(segment=segment).select_related("customer")
    return {member.customer.full_name: member.how for member in rows}


def history(segment: Segment) -> list[tuple[str, bool, str]]:
    rows = MembershipChange.objects.filter(segment=segment).select_related("customer")
    return [(row.customer.full_name, row.joined, row.how) for row in rows.order_by("id")]


def counted(segment: Segment) -> int:
    return Segment.objects.get(pk=segment.pk).members


def test_rules_write_the_differences_and_tell_them(acme: World) -> None:
    segment = make_segment(acme)
    ana = buyer(acme)
    make_customer(acme.system(), name="Ben")
    assert evaluate(acme, segment) == (1, 0)
    assert evaluate(acme, segment) == (0, 0)
    ana.orders.update(removed_at=timezone.now(), removed_by="test")
    assert evaluate(acme, segment) == (0, 1)
    assert members(segment) == {}
    assert history(segment) == [("Ana", True, "rule"), ("Ana", False, "rule")]
    assert counted(segment) == 0


def test_an_unchanged_evaluation_writes_no_member(committed: None, acme: World) -> None:
    def written() -> tuple[int, ...]:
        connections["default"].close()  # a closed connection has told its counts
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) FROM pg_stat_all_tables"
                " WHERE relname IN ('scoring_segmentmember', 'scoring_membershipchange')"
            )
            return tuple(cursor.fetchone())

    with acme.inside():
        segment = make_segment(acme)
        for _ in range(3):
            buyer(acme)
        evaluate(acme, segment)
    before = written()
    with acme.inside():
        assert evaluate(acme, segment) == (0, 0)
    assert written() == before
    with acme.inside():
        buyer(acme)
        evaluate(acme, segment)
    after = tuple(number + more for number, more in zip(before, (2, 0, 0), strict=True))
    # A closed connection tells its counts when its server process ends, a moment later.
    assert wait_until(lambda: written() == after, 10, 0.1), (written(), after)


def test_a_rule_that_means_nobody_empties_the_segment(acme: World) -> None:
    segment = make_segment(acme)
    buyer(acme)
    evaluate(acme, segment)
    Segment.objects.filter(pk=segment.pk).update(rules=NOBODY)
    assert evaluate(acme, segment) == (0, 1)


def test_a_hand_wins_over_the_rules(acme: World) -> None:
    segment, actor = make_segment(acme), acme.actor(Role.MANAGER)
    ana, ben = buyer(acme), make_customer(acme.system(), name="Ben")
    evaluate(acme, segment)
    keep_out(actor=actor, segment_id=segment.pk, customer_id=ana.pk)
    add_member(actor=actor, segment_id=segment.pk, customer_id=ben.pk)
    add_member(actor=actor, segment_id=segment.pk, customer_id=ben.pk)
    assert evaluate(acme, segment) == (0, 0)
    assert members(segment) == {"Ana": "kept_out", "Ben": "added"}
    assert counted(segment) == 1
    take_back(actor=actor, segment_id=segment.pk, customer_id=ana.pk)
    take_back(actor=actor, segment_id=segment.pk, customer_id=ben.pk)
    assert members(segment) == {"Ana": "rule"}
    assert counted(segment) == 1
    assert history(segment) == [
        ("Ana", True, "rule"),
        ("Ana", False, "kept_out"),
        ("Ben", True, "added"),
        ("Ana", True, "kept_out"),
        ("Ben", False, "added"),
    ]
    by_hand = MembershipChange.objects.exclude(how="rule")
    assert set(by_hand.values_list("by_name", flat=True)) == {"Manager of Acme"}
    assert AuditEvent.objects.filter(action="segment.member_decided").count() == 4
    with pytest.raises(Conflict):
        take_back(actor=actor, segment_id=segment.pk, customer_id=ana.pk)


def test_a_member_by_rule_who_is_added_by_hand_stays_one_member(acme: World) -> None:
    segment, ana = make_segment(acme), buyer(acme)
    evaluate(acme, segment)
    add_member(actor=acme.actor(Role.MANAGER), segment_id=segment.pk, customer_id=ana.pk)
    ana.orders.update(removed_at=timezone.now(), removed_by="test")
    assert evaluate(acme, segment) == (0, 0)
    assert (members(segment), counted(segment)) == ({"Ana": "added"}, 1)
    assert history(segment) == [("Ana", True, "rule")]


def test_deleted_customers_leave_and_come_back(acme: World) -> None:
    segment, ana = make_segment(acme), buyer(acme)
    admin = acme.actor(Role.ADMIN)
    evaluate(acme, segment)
    delete_customer(actor=admin, customer_id=ana.pk, reason="asked")
    assert evaluate(acme, segment) == (0, 1)
    with pytest.raises(Conflict):
        add_member(actor=admin, segment_id=segment.pk, customer_id=ana.pk)
    restore_customer(actor=admin, customer_id=ana.pk)
    assert evaluate(acme, segment) == (1, 0)


def test_some_customers_only(acme: World) -> None:
    segment, other = make_segment(acme), make_segment(acme, NOBODY, "Nobody")
    ana, _ben = buyer(acme), buyer(acme, "Ben")
    found = evaluate_customers(actor=acme.system(), customer_ids=[ana.pk])
    assert (found, members(segment), members(other)) == (Evaluation(1, 0), {"Ana": "rule"}, {})
    assert counted(segment) == 1


def test_what_happens_to_customers_marks_them_once(acme: World) -> None:
    segment, ana = make_segment(acme), buyer(acme)
    order = ana.orders.get()
    lead = make_lead(acme.actor(Role.MANAGER), branch=acme.north, customer=ana)
    payloads: list[dict[str, Any]] = [
        {"customer_id": str(ana.pk)}, {"customer_ids": [str(ana.pk)]},
        {"order_id": str(order.pk)}, {"order_ids": [str(order.pk)]},
        {"lead_ids": [str(lead.pk)]}, {"lead_id": str(lead.pk), "customer_id": None},
    ]  # fmt: skip
    for payload in payloads:
        SegmentRecheck.objects.all().delete()
        on_customers_changed(acme.system(), payload)
        on_customers_changed(acme.system(), payload)
        assert [row.customer_id for row in SegmentRecheck.objects.all()] == [ana.pk], payload
    on_customers_changed(acme.system(), {})
    assert recheck_batch(actor=acme.system()) == (1, Evaluation(1, 0))
    assert recheck_batch(actor=acme.system()) == (0, Evaluation(0, 0))
    assert members(segment) == {"Ana": "rule"}


def test_who_loses_an_order_is_marked_too(committed: None, acme: World) -> None:
    with acme.inside():
        order = buyer(acme).orders.get()
    outbox.drain(acme.company.pk)
    with acme.inside():
        SegmentRecheck.objects.all().delete()
        unlink_order(actor=acme.actor(Role.MANAGER), order_id=order.pk)
    outbox.drain(acme.company.pk)
    with acme.inside():
        marked = [row.customer_id for row in SegmentRecheck.objects.all()]
        assert marked == [order.customer_id]


def test_a_strangers_customer_is_not_marked(acme: World, globex: World) -> None:
    with globex.inside():
        stranger = buyer(globex, "Stranger")
    mark_for_recheck(actor=acme.system(), customer_ids=[stranger.pk])
    assert not SegmentRecheck.objects.exists()


def test_events_reach_the_segments_through_the_outbox(committed: None, acme: World) -> None:
    with acme.inside():
        segment = make_segment(acme, {"all": [{"field": "orders", "op": "is", "value": 0}]})
    outbox.drain(acme.company.pk)
    with acme.inside():
        make_customer(acme.system(), name="New")
    outbox.drain(acme.company.pk)
    recheck_segments()
    with acme.inside():
        assert (members(segment), counted(segment)) == ({"New": "rule"}, 1)
        assert not SegmentRecheck.objects.exists()


def test_the_night_evaluates_each_segment_once(committed: None, acme: World, globex: World) -> None:
    with acme.inside():
        segment, _ana = make_segment(acme), buyer(acme)
    evaluate_due_segments()
    with acme.inside():
        assert members(segment) == {"Ana": "rule"}
        assert Segment.objects.get(slug="new").members == 1
        assert due_segments(actor=acme.system()) == []
        day_later = timezone.now() + timedelta(days=1)
        assert segment in due_segments(actor=acme.system(), now=day_later)
    with globex.inside():
        assert Segment.objects.filter(is_system=True).count() == 6


def test_rules_that_are_no_longer_understood_leave_their_members_alone(
    acme: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("ERROR", logger="scoring")
    broken, sound, ana = make_segment(acme), make_segment(acme, name="Sound"), buyer(acme)
    evaluate(acme, broken)
    gone = {"all": [{"field": "left_the_language", "op": "is", "value": 1}]}
    Segment.objects.filter(pk=broken.pk).update(rules=gone)
    found = evaluate_customers(actor=acme.system(), customer_ids=[ana.pk])
    assert (found, members(broken), members(sound)) == (
        Evaluation(1, 0), {"Ana": "rule"}, {"Ana": "rule"},
    )  # fmt: skip
    assert evaluate(acme, broken) == (0, 0)
    assert {record.message for record in caplog.records} == {
        "rules of a segment are not understood"
    }


def test_two_o_clock_of_the_company(acme: World, globex: World) -> None:
    now = datetime.fromisoformat("2026-06-15T01:59:00+10:00")
    assert last_night(acme.company.zone, now) == datetime.fromisoformat("2026-06-14T02:00+10:00")
    assert last_night(globex.company.zone, now) == datetime.fromisoformat("2026-06-14T02:00+05:30")
    later = now + timedelta(minutes=1)
    assert last_night(acme.company.zone, later) == later


def test_all_at_once_on_demand(acme: World) -> None:
    buyer(acme)
    found = evaluate_all(actor=acme.system())
    assert found["new"] == Evaluation(1, 0)
    assert found["prospect"] == Evaluation(0, 0)


def test_who_may_not_and_what_is_not_there(acme: World, globex: World) -> None:
    segment, ana = make_segment(acme), buyer(acme)
    with pytest.raises(Forbidden):
        add_member(actor=acme.actor(Role.RECEPTIONIST), segment_id=segment.pk, customer_id=ana.pk)
    with globex.inside():
        ours = make_segment(globex)
        for segment_id, customer_id in ((ours.pk, ana.pk), (segment.pk, buyer(globex).pk)):
            with pytest.raises(NotFound):
                keep_out(
                    actor=globex.actor(Role.MANAGER),
                    segment_id=segment_id,
                    customer_id=customer_id,
                )


def test_four_evaluations_at_once_count_once(committed: None, acme: World) -> None:
    with acme.inside():
        segment = make_segment(acme)
        for number in range(5):
            buyer(acme, f"Ana {number}")

    def work(_: int) -> tuple[int, int]:
        with acme.inside():
            return evaluate(acme, segment)

    results = run_threads(4, work)
    assert sorted(results) == [(0, 0), (0, 0), (0, 0), (5, 0)]
    with acme.inside():
        assert (counted(segment), len(history(segment))) == (5, 5)
