"""Merging by the service: what the survivor has afterwards."""

from pytest_django import DjangoAssertNumQueries

from customers.models import (
    ConsentEvent,
    ContactPoint,
    Customer,
    CustomerTag,
    MatchDecision,
    MergeMove,
    Note,
)
from customers.models.customer import RecordState
from customers.models.merge import MoveKind
from customers.selectors.consent import current_consent
from customers.selectors.merge_preview import preview_merge
from customers.services.consent import record_consent
from customers.services.contact_points import make_primary
from customers.services.identify import Outcome, identify
from customers.services.match_decisions import decide
from customers.services.merge import merge_customers
from customers.services.tags import set_tags
from leads.models import Lead, LeadEvent
from leads.models.lead import LeadStatus
from scoring.models import Engagement, Membership, Order, Segment, SegmentMember
from scoring.services.membership import add_member, keep_out
from tests.customers.merging.people import twins
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.factories.placed_orders import place_order
from tests.worlds import World


def test_everything_goes_to_the_survivor(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    Note.objects.create(company=acme.company, customer=ben, text="x", author_name="x")
    place_order(ana)
    place_order(ben)
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    ben.refresh_from_db()
    assert (ben.record_state, ben.merged_into_id) == (RecordState.MERGED, ana.pk)
    assert Order.objects.filter(customer=ana).count() == 2
    assert Engagement.objects.get(customer=ana).orders == 2
    assert Engagement.objects.get(customer=ben).orders == 0
    assert ContactPoint.objects.filter(customer=ana, is_live=True).count() == 4
    assert not ContactPoint.objects.filter(customer=ben).exists()
    assert Note.objects.get().customer_id == ana.pk
    moved = MergeMove.objects.filter(merge=merge, kind__in=(MoveKind.MOVED, MoveKind.REMOVED))
    assert merge.rows_moved == moved.count()


def test_many_records_with_the_same_rows_in_each(
    acme: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """One row of a kind stays, and two records cost as many statements as many."""
    actor = acme.system()
    people = [
        make_customer(actor, phone="+61412345678", email="we@example.com", share=True)
        for _ in range(8)
    ]
    for one in people:
        set_tags(actor=actor, customer_id=one.pk, names=["vip"])
        make_lead(actor, branch=acme.north, customer=one)
    with django_assert_max_num_queries(110):
        merge_customers(actor=actor, survivor_id=people[0].pk, others=[p.pk for p in people[1:]])
    survivor = people[0]
    assert CustomerTag.objects.filter(customer=survivor).count() == CustomerTag.objects.count() == 1
    assert ContactPoint.objects.count() == 2
    assert Lead.objects.open().count() == 1
    assert Lead.objects.filter(customer=survivor).count() == 8
    assert not ContactPoint.objects.filter(is_shared=True).exists()
    found = identify(actor=actor, phone="+61412345678")
    assert (found.outcome, found.customer) == (Outcome.ONE, survivor)


def test_a_number_that_others_list_stays_shared(acme: World) -> None:
    actor = acme.system()
    ana, ben, _ = (make_customer(actor, phone="+61412345678", share=True) for _ in range(3))
    merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    assert set(ContactPoint.objects.values_list("is_shared", flat=True)) == {True}
    assert identify(actor=actor, phone="+61412345678").outcome == Outcome.SEVERAL


def test_the_main_numbers_are_chosen(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    seen = preview_merge(actor=actor, customer_ids=[ana.pk, ben.pk], survivor_id=ana.pk)
    assert [one.name for one in seen.fields[-2:]] == ["primary_phone", "primary_email"]
    choices = {"primary_email": str(ben.pk)}
    merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk], choices=choices)
    mains = ContactPoint.objects.filter(customer=ana, is_primary=True).order_by("kind")
    assert [one.value for one in mains] == ["ben@example.com", seen.fields[-2].values[ana.pk]]
    make_primary(actor=actor, contact_point_id=ContactPoint.objects.get(value="ana@example.com").pk)


def test_the_strictest_consent_wins_and_both_histories_stay(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    for customer, channel, granted in (
        (ben, "email", False), (ana, "email", True), (ana, "sms", True), (ben, "phone", True),
    ):  # fmt: skip
        record_consent(
            actor=actor, customer_id=customer.pk, channel=channel, granted=granted,
            source="x", explicit=True,
        )  # fmt: skip
    merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    agreed = {one.channel: one.granted for one in current_consent(customer_id=ana.pk)}
    assert agreed == {"email": False, "sms": True, "phone": True}
    assert ConsentEvent.objects.filter(customer=ana).count() == 5


def test_one_open_lead_goes_on(acme: World) -> None:
    """The answer counts; without one the lead that was worked on last goes on."""
    actor = acme.system()
    ana, ben = twins(acme)
    first = make_lead(actor, branch=acme.north, customer=ana)
    second = make_lead(actor, branch=acme.north, customer=ben)
    other = make_lead(actor, branch=acme.south, customer=ben)
    seen = preview_merge(actor=actor, customer_ids=[ana.pk, ben.pk])
    (conflict,) = seen.conflicts
    assert conflict.chosen == str(second.pk)
    merge_customers(
        actor=actor, survivor_id=ana.pk, others=[ben.pk], solutions={conflict.key: str(first.pk)}
    )
    assert set(Lead.objects.open()) == {first, other}
    second.refresh_from_db()
    assert second.status == LeadStatus.DISQUALIFIED
    assert second.closed_at is not None
    assert LeadEvent.objects.filter(lead=second, new_status=LeadStatus.DISQUALIFIED).exists()


def test_a_hand_beats_a_rule_in_segments(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    segment = Segment.objects.create(company=acme.company, slug="s", name="S", members=1)
    SegmentMember.objects.create(
        company=acme.company,
        segment=segment,
        customer=ana,
        how=Membership.RULE,
        since=ana.created_at,
    )
    keep_out(actor=actor, segment_id=segment.pk, customer_id=ben.pk)
    other = Segment.objects.create(company=acme.company, slug="o", name="O")
    for one in (ana, ben):
        add_member(actor=actor, segment_id=other.pk, customer_id=one.pk)
    merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    kept = SegmentMember.objects.order_by("how").values_list("customer_id", "segment_id", "how")
    assert list(kept) == [
        (ana.pk, other.pk, Membership.ADDED),
        (ana.pk, segment.pk, Membership.KEPT_OUT),
    ]
    numbers = dict(Segment.objects.values_list("slug", "members"))
    assert numbers == {"s": 0, "o": 1}


def test_what_people_decided_about_pairs_is_carried_over(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    carl = make_customer(actor)
    decide(actor=actor, left_id=ben.pk, right_id=carl.pk, verdict="not_duplicate")  # type: ignore[arg-type]
    merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    pairs = [{one.left_id, one.right_id} for one in MatchDecision.objects.all()]
    assert {ana.pk, carl.pk} in pairs


def test_old_codes_and_accounts_lead_to_the_survivor(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    found = identify(actor=actor, email="ben@example.com")
    assert found.customer == ana
    assert Customer.objects.live().count() == 1
