"""Orders come in once, the newest version stands, and doubtful ones wait."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.errors import Forbidden, InvalidInput
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import ConsentEvent, Customer
from scoring.models import (
    LinkMethod,
    Order,
    OrderImport,
    OrderStatus,
    OrderVersion,
    Removal,
    ReviewState,
)
from scoring.orders.order_data import Buyer, OrderData
from scoring.services.order_report import UpsertOutcome, UpsertReport
from scoring.services.order_versions import set_values, values_of
from scoring.services.orders import LARGEST_BATCH, upsert_orders
from tests.factories.customers import make_customer
from tests.factories.orders import ORDERED_AT, make_order, order_data
from tests.threads import run_threads
from tests.worlds import World

LATER = ORDERED_AT + timedelta(hours=1)


def upsert(world: World, *orders: OrderData, **values: Any) -> UpsertReport:
    return upsert_orders(actor=world.system(), orders=orders, **values)


def outcomes(report: UpsertReport) -> list[str]:
    return [str(one.outcome) for one in report.outcomes]


def test_an_order_is_stored_with_its_customer(acme: World) -> None:
    data = order_data(
        gross="104.99",
        refunded="4.99",
        status=OrderStatus.PARTLY_REFUNDED,
        buyer=Buyer(first_name="Ana", last_name="Lim", email="Ana@example.com", phone="0412345678"),
        event_name="Harvest Festival",
        raw={"id": "x", "bad": "\x00"},
    )
    report = upsert(acme, data)
    order = Order.objects.get()
    assert outcomes(report) == ["created"]
    assert report.outcomes[0].order_id == order.pk
    assert (order.gross, order.refunded, order.net) == (
        Decimal("104.99"),
        Decimal("4.99"),
        Decimal("100.00"),
    )
    assert (order.scored_gross, order.scored_net) == (order.gross, order.net)
    assert (order.is_counted, order.review) == (True, ReviewState.FINE)
    assert order.customer is not None
    assert (order.customer.full_name, order.customer.last_activity_at) == ("Ana Lim", ORDERED_AT)
    assert (order.link_method, order.buyer_email_key) == (LinkMethod.CREATED, "ana@example.com")
    assert (order.buyer_email, order.buyer_phone) == ("Ana@example.com", "0412345678")
    assert order.buyer_phone_key == "+61412345678"
    assert "\x00" not in order.raw["bad"]
    assert report.new_customer_ids == [order.customer_id]


def test_it_is_told_once_and_with_ids_only(acme: World) -> None:
    order = make_order(acme.system())
    event = OutboxEvent.objects.get(topic="order.created")
    assert event.payload == {"order_ids": [str(order.pk)]}
    trail = AuditEvent.objects.get(action="orders.recorded")
    assert (trail.actor_name, trail.new) == ("test", {"created": [str(order.pk)]})


def test_the_same_version_again_writes_nothing(acme: World) -> None:
    data = [order_data(buyer=Buyer(email=f"{number}@example.com")) for number in range(3)]
    upsert(acme, *data)
    before = (AuditEvent.objects.count(), OutboxEvent.objects.count())
    stamps = list(Order.objects.order_by("pk").values_list("updated_at"))
    report = upsert(acme, *data)
    assert outcomes(report) == ["unchanged"] * 3
    assert (AuditEvent.objects.count(), OutboxEvent.objects.count()) == before
    assert list(Order.objects.order_by("pk").values_list("updated_at")) == stamps


def test_the_later_version_stands_and_the_older_changes_nothing(acme: World) -> None:
    old = order_data(gross="100")
    new = replace(
        old,
        status=OrderStatus.REFUNDED,
        refunded=Decimal(100),
        net=Decimal(0),
        changed_at=LATER,
    )
    assert outcomes(upsert(acme, old)) == ["created"]
    assert outcomes(upsert(acme, new)) == ["updated"]
    assert outcomes(upsert(acme, old)) == ["older"]
    order = Order.objects.get()
    assert (order.status, order.net, order.is_counted) == ("refunded", Decimal(0), False)
    assert OutboxEvent.objects.filter(topic="order.refunded").count() == 1


def test_versions_of_one_order_in_a_batch_are_taken_in_turn(acme: World) -> None:
    old = order_data(gross="10")
    new = replace(old, gross=Decimal(12), net=Decimal(12), changed_at=LATER)
    assert outcomes(upsert(acme, old, new, old)) == ["created", "updated", "older"]
    assert Order.objects.get().gross == Decimal(12)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "refunded"),
    [
        (OrderStatus.PARTLY_REFUNDED, "40"),
        (OrderStatus.REFUNDED, "100"),
        (OrderStatus.CANCELLED, "0"),
    ],
)
def test_a_report_that_tells_no_changed_time_does_not_undo_a_refund(
    acme: World, status: OrderStatus, refunded: str
) -> None:
    known = order_data(gross="100", refunded=refunded, status=status)
    upsert(acme, known)
    report = replace(
        known,
        status=OrderStatus.COMPLETE,
        refunded=Decimal(0),
        net=Decimal(100),
        venue="Town hall",
    )
    assert outcomes(upsert(acme, report)) == ["older"]
    assert Order.objects.get().status == status


def test_a_refund_in_a_report_of_the_same_time_is_taken(acme: World) -> None:
    known = order_data(gross="100")
    upsert(acme, known)
    refunded = replace(known, status=OrderStatus.REFUNDED, refunded=Decimal(100), net=Decimal(0))
    assert outcomes(upsert(acme, refunded)) == ["updated"]


def test_a_really_newer_version_may_take_a_refund_back(acme: World) -> None:
    known = order_data(gross="100", refunded="100", status=OrderStatus.REFUNDED)
    upsert(acme, known)
    again = replace(
        known,
        status=OrderStatus.COMPLETE,
        refunded=Decimal(0),
        net=Decimal(100),
        changed_at=LATER,
    )
    assert outcomes(upsert(acme, again)) == ["updated"]
    assert Order.objects.get().is_counted


def test_what_a_version_leaves_blank_stays(acme: World) -> None:
    known = order_data(venue="Town hall", event_name="Gala", reference="A-1")
    upsert(acme, known)
    upsert(acme, replace(known, venue="", event_name="Gala night", changed_at=LATER))
    order = Order.objects.get()
    assert (order.venue, order.event_name, order.reference) == ("Town hall", "Gala night", "A-1")


def test_a_later_version_that_says_the_same_moves_the_time_only(acme: World) -> None:
    known = order_data()
    upsert(acme, known)
    events = OutboxEvent.objects.count()
    assert outcomes(upsert(acme, replace(known, changed_at=LATER))) == ["unchanged"]
    between = replace(known, gross=Decimal(1), changed_at=LATER - timedelta(minutes=1))
    assert outcomes(upsert(acme, between)) == ["older"]
    assert (Order.objects.get().changed_at, OutboxEvent.objects.count()) == (LATER, events)


def test_a_cancelled_order_keeps_nothing(acme: World) -> None:
    order = make_order(acme.system(), status=OrderStatus.CANCELLED, gross="80")
    assert (order.gross, order.net, order.is_counted) == (Decimal(80), Decimal(0), False)


def test_two_platforms_may_use_the_same_id(acme: World) -> None:
    first = order_data(platform="humanitix", external_id="1")
    report = upsert(acme, first, replace(first, platform="eventbrite"))
    assert outcomes(report) == ["created", "created"]
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"external_id": " "}, "external_id"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"platform": "\x00"}, "platform"),
        ({"gross": "1e13"}, "gross"),
        ({"gross": "NaN"}, "gross"),
        ({"net": Decimal("Infinity")}, "net"),
        ({"tickets": -1}, "tickets"),
        ({"changed_at": ORDERED_AT.replace(tzinfo=None)}, "changed_at"),
    ],
)
def test_an_impossible_order_is_refused_and_the_rest_is_stored(
    acme: World, values: dict[str, Any], field: str
) -> None:
    report = upsert(acme, order_data(**values), order_data())
    assert outcomes(report) == ["refused", "created"]
    assert (report.outcomes[0].field, report.outcomes[0].order_id) == (field, None)
    assert report.outcomes[0].message
    assert Order.objects.count() == 1


def test_strange_texts_are_stored_clean(acme: World) -> None:
    order = make_order(
        acme.system(),
        event_name="A\x00\ud800 " + "x" * 400,
        buyer=Buyer(name="\ud800", email="\x00"),
    )
    assert order.event_name.startswith("A xxx")
    assert (order.customer, order.link_method) == (None, LinkMethod.NO_IDENTITY)


def test_money_has_two_decimals_rounded_half_up(acme: World) -> None:
    order = make_order(acme.system(), gross="10.005", net=Decimal("10.004"))
    assert (order.gross, order.net) == (Decimal("10.01"), Decimal("10.00"))


def test_an_order_without_identity_is_kept_unlinked(acme: World) -> None:
    report = upsert(acme, order_data(buyer=Buyer(name="Ana Lim")))
    assert (report.unlinked, report.new_customers, Customer.objects.count()) == (1, 0, 0)
    assert Order.objects.get().link_method == LinkMethod.NO_IDENTITY


def test_contradicting_values_leave_the_order_unlinked(acme: World) -> None:
    make_customer(acme.actor(), phone="", email="ana@example.com")
    make_customer(acme.actor(), phone="+61412345678")
    order = make_order(acme.system(), buyer=Buyer(email="ana@example.com", phone="0412345678"))
    assert (order.customer, order.link_method) == (None, LinkMethod.CONTRADICTION)


def test_a_link_by_hand_is_never_changed_by_a_machine(acme: World) -> None:
    data = order_data(buyer=Buyer(email="ana@example.com"))
    upsert(acme, data)
    other = make_customer(acme.actor())
    Order.objects.update(customer=other, link_method=LinkMethod.HAND)
    changed = replace(data, buyer=Buyer(email="ben@example.com"), changed_at=LATER)
    upsert(acme, changed)
    order = Order.objects.get()
    assert (order.customer, order.buyer_email) == (other, "ben@example.com")


def test_another_buyer_in_a_newer_version_is_looked_up_again(acme: World) -> None:
    data = order_data(buyer=Buyer(email="ana@example.com"))
    upsert(acme, data)
    ben = make_customer(acme.actor(), phone="", email="ben@example.com")
    upsert(acme, replace(data, buyer=Buyer(email="ben@example.com"), changed_at=LATER))
    assert Order.objects.get().customer == ben


def test_a_late_version_for_a_merged_customer_goes_to_the_survivor(acme: World) -> None:
    data = order_data()
    upsert(acme, data)
    survivor = make_customer(acme.actor())
    Customer.objects.exclude(pk=survivor.pk).update(record_state="merged", merged_into=survivor)
    upsert(acme, replace(data, venue="Arena", changed_at=LATER))
    assert Order.objects.get().customer == survivor


def test_a_removed_order_stays_removed_but_an_undone_one_comes_back(acme: World) -> None:
    data = order_data()
    upsert(acme, data)
    now = timezone.now()
    Order.objects.update(removed_at=now, removed_by=Removal.HAND)
    assert outcomes(upsert(acme, replace(data, venue="A", changed_at=LATER))) == ["updated"]
    assert Order.objects.get().removed_at == now
    Order.objects.update(removed_by=Removal.UNDO)
    assert outcomes(upsert(acme, data)) == ["created"]
    order = Order.objects.get()
    assert (order.removed_at, order.removed_by, order.is_counted) == (None, "", True)


def test_an_import_keeps_the_values_before(acme: World) -> None:
    order_import = OrderImport.objects.create(
        company=acme.company, file_name="a.csv", layout="generic", content=b"", content_digest=""
    )
    data = order_data(gross="100.10", venue="Town hall")
    upsert(acme, data, order_import=order_import)
    known = Order.objects.get()
    upsert(
        acme,
        replace(data, gross=Decimal(1), venue="Arena", changed_at=LATER),
        order_import=order_import,
    )
    upsert(acme, data, order_import=order_import)
    first, second = OrderVersion.objects.order_by("created_at")
    assert (first.before, second.before) == (None, values_of(known))
    order = Order.objects.get()
    set_values(order, second.before)
    order.save()
    order = Order.objects.get()
    assert values_of(order) == values_of(known)
    assert (order.gross, order.customer_id) == (Decimal("100.10"), known.customer_id)


def test_a_yes_to_marketing_is_taken_from_the_order(acme: World) -> None:
    make_order(acme.system(), marketing_opt_in=False)
    assert not ConsentEvent.objects.exists()
    make_order(acme.system(), marketing_opt_in=True)
    assert ConsentEvent.objects.get().granted


def test_the_number_of_statements_does_not_grow(acme: World) -> None:
    def statements(count: int, *, changed_at: Any = ORDERED_AT) -> int:
        data = [
            order_data(
                external_id=f"{count}-{number}",
                buyer=Buyer(email=f"{count}-{number}@example.com"),
                changed_at=changed_at,
                tickets=1 + (changed_at - ORDERED_AT).seconds,
            )
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as queries:
            upsert(acme, *data)
        return len(queries)

    assert statements(3) == statements(80)
    assert statements(3, changed_at=LATER) == statements(80, changed_at=LATER)


def test_a_batch_has_an_upper_limit(acme: World) -> None:
    with pytest.raises(InvalidInput):
        upsert(acme, *[order_data()] * (LARGEST_BATCH + 1))


def test_the_stranger_has_orders_of_their_own(acme: World, globex: World) -> None:
    data = order_data(external_id="1")
    with globex.inside():
        upsert(globex, data)
    assert outcomes(upsert(acme, data)) == ["created"]
    assert Order.objects.get().company == acme.company


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.SERVICE, Role.RELATIONSHIP_MANAGER])
def test_who_may_not_import_may_not_store(acme: World, role: Role) -> None:
    with pytest.raises(Forbidden):
        upsert_orders(actor=acme.actor(role), orders=[order_data()])


def test_eight_at_once_store_each_order_once(committed: None, acme: World) -> None:
    data = [
        order_data(external_id=f"{number}", buyer=Buyer(email=f"{number % 4}@example.com"))
        for number in range(12)
    ]

    def work(number: int) -> UpsertReport:
        turned = data[number:] + data[:number]
        newer = replace(turned[0], tickets=2 + number, changed_at=LATER + timedelta(minutes=number))
        with acme.inside():
            return upsert(acme, *turned, newer)

    reports = run_threads(8, work)
    assert sum(report.count(UpsertOutcome.CREATED) for report in reports) == 12
    with acme.inside():
        assert (Order.objects.count(), Customer.objects.count()) == (12, 4)
        assert not Order.objects.filter(customer=None).exists()
        assert Order.objects.get(external_id="7").tickets == 9
