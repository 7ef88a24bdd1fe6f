"""An import taken back as a whole, as far as nothing newer stands upon it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from crm.errors import Conflict, Forbidden, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import Customer
from customers.models.customer import RecordState
from customers.services.notes import add_note
from scoring.models import (
    ImportPhase,
    ImportState,
    Order,
    OrderImport,
    OrderImportProblem,
    OrderStatus,
    Removal,
)
from scoring.services import import_undo, import_undo_customers
from scoring.services.import_undo import run_undo
from scoring.services.order_imports import resume_import, undo_import
from tests.factories.customers import make_customer
from tests.factories.order_imports import imported, orders_file
from tests.worlds import World

FIRST = orders_file(
    "1,2026-01-01,2026-01-01,,AUD,10,,ana@example.com,Ana,Lim",
    "2,2026-01-02,2026-01-02,,AUD,20,,ben@example.com,Ben,Okafor",
)
SECOND = orders_file(
    "2,2026-01-02,2026-02-01,refunded,AUD,20,20,ben@example.com,Ben,Okafor",
    "3,2026-01-03,2026-01-03,,AUD,30,,ben@example.com,Ben,Okafor",
)


def undone(world: World, order_import: OrderImport) -> OrderImport:
    undo_import(actor=world.actor(Role.MANAGER), import_id=order_import.pk)
    done = run_undo(company_id=world.company.pk, import_id=order_import.pk)
    assert done is not None
    done.refresh_from_db()
    assert done.state == ImportState.UNDONE
    return done


def report(order_import: OrderImport) -> tuple[int, ...]:
    names = ("removed", "restored", "kept", "customers_removed", "customers_kept")
    return tuple(order_import.undo_report.get(name, 0) for name in names)


def test_what_it_made_goes(acme: World) -> None:
    order_import = imported(acme, FIRST)
    done = undone(acme, order_import)
    assert report(done) == (2, 0, 0, 2, 0)
    assert set(Order.objects.values_list("removed_by", flat=True)) == {Removal.UNDO}
    assert not Order.objects.filter(is_counted=True).exists()
    assert not Customer.objects.filter(record_state=RecordState.ACTIVE).exists()
    manager = acme.staff[Role.MANAGER].display_name
    event = AuditEvent.objects.filter(action="customer.deleted").first()
    assert event is not None
    assert event.actor_name.startswith(f"{manager} (order import ")
    summary = AuditEvent.objects.get(action="orderimport.undone")
    assert summary.new is not None
    assert (summary.new["removed"], summary.new["customers_removed"]) == (2, 2)
    assert OutboxEvent.objects.filter(topic="customer.deleted").count() == 2


def test_what_it_changed_has_its_values_back(acme: World) -> None:
    imported(acme, FIRST)
    second = imported(acme, SECOND)
    order = Order.objects.get(external_id="2")
    assert (order.status, order.net) == (OrderStatus.REFUNDED, 0)
    done = undone(acme, second)
    assert report(done) == (1, 1, 0, 0, 0)
    order.refresh_from_db()
    assert (order.status, order.refunded, order.net, order.scored_net) == (
        OrderStatus.COMPLETE,
        0,
        Decimal("20.00"),
        Decimal("20.00"),
    )
    assert order.is_counted
    assert Order.objects.get(external_id="3").removed_at is not None


def test_what_something_newer_changed_stays_and_is_told(acme: World) -> None:
    first = imported(acme, FIRST)
    imported(acme, SECOND)
    done = undone(acme, first)
    # Order 2 was refunded by a later report; Ben has it, and order 3.
    assert report(done) == (1, 0, 1, 1, 1)
    assert Order.objects.get(external_id="2").status == OrderStatus.REFUNDED
    told = OrderImportProblem.objects.filter(order_import=first, phase=ImportPhase.UNDOING)
    assert sorted(problem.message[:12] for problem in told)[1] == "shop 2: a ne"
    ben = Customer.objects.get(record_state=RecordState.ACTIVE)
    assert any(ben.code in problem.message for problem in told)


def test_the_later_import_undone_first_frees_the_earlier_one(acme: World) -> None:
    first = imported(acme, FIRST)
    second = imported(acme, SECOND)
    undone(acme, second)
    assert report(undone(acme, first)) == (2, 0, 0, 2, 0)


def test_known_and_used_customers_stay(acme: World) -> None:
    ana = make_customer(acme.actor(), name="Ana Lim", email="ana@example.com")
    order_import = imported(acme, FIRST)
    ben = Customer.objects.get(full_name="Ben Okafor")
    add_note(actor=acme.actor(Role.MANAGER), customer_id=ben.pk, text="Likes the front row")
    assert report(undone(acme, order_import)) == (2, 0, 0, 0, 1)
    for customer in (ana, ben):
        customer.refresh_from_db()
        assert customer.record_state == RecordState.ACTIVE


def test_undone_and_brought_in_again(acme: World) -> None:
    undone(acme, imported(acme, FIRST))
    again = imported(acme, FIRST)
    assert again.created_orders == 2
    assert Order.objects.filter(is_counted=True).count() == 2


def test_batch_by_batch_and_on_after_a_death(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_undo, "BATCH", 2)
    monkeypatch.setattr(import_undo_customers, "BATCH", 2)
    rows = (f"{number},2026-01-01,,,AUD,5,,p{number}@example.com" for number in range(5))
    order_import = imported(acme, orders_file(*rows))
    undo_import(actor=acme.actor(Role.MANAGER), import_id=order_import.pk)

    def die(**_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(import_undo, "remove_unused_customers", die)
        with pytest.raises(KeyboardInterrupt):
            run_undo(company_id=acme.company.pk, import_id=order_import.pk)
    order_import.refresh_from_db()
    assert (order_import.state, order_import.undo_done) == (ImportState.UNDOING, 5)
    assert run_undo(company_id=acme.company.pk, import_id=order_import.pk) is None
    OrderImport.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=61))
    done = run_undo(company_id=acme.company.pk, import_id=order_import.pk)
    assert done is not None
    assert report(done) == (5, 0, 0, 5, 0)


def test_only_what_has_ended_and_only_once(acme: World) -> None:
    order_import = imported(acme, FIRST)
    undone(acme, order_import)
    manager = acme.actor(Role.MANAGER)
    with pytest.raises(Conflict):
        undo_import(actor=manager, import_id=order_import.pk)
    with pytest.raises(Conflict):
        resume_import(actor=manager, import_id=order_import.pk)


def test_strangers(acme: World, globex: World) -> None:
    order_import = imported(acme, FIRST)
    with pytest.raises(Forbidden):
        undo_import(actor=acme.actor(Role.RECEPTIONIST), import_id=order_import.pk)
    with globex.inside(), pytest.raises(NotFound):
        undo_import(actor=globex.actor(Role.MANAGER), import_id=order_import.pk)
