"""Files of orders: kept, started, brought in, stopped, gone on with."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from crm.services import file_imports
from customers.models import Customer
from scoring.models import ImportState, Order, OrderImport, OrderImportProblem, OrderStatus
from scoring.services import import_run, order_imports
from scoring.services.import_options import ImportOptions
from scoring.services.import_run import run_import
from scoring.services.order_imports import (
    cancel_import,
    imported_before,
    keep_file,
    resume_import,
    start_import,
)
from tests.factories.order_imports import imported, kept, orders_file, started
from tests.scoring.orders.recorded import recorded
from tests.worlds import World

OPTIONS = ImportOptions(platform="shop")
TWO = orders_file(
    "1,2026-01-01,,complete,AUD,10,,ana@example.com,Ana,Lim", "2,2026-01-02,,,,20,,ben@example.com"
)


def test_bytes_are_kept_before_anybody_reads_them(acme: World) -> None:
    order_import = kept(acme.actor(Role.FINANCE), b"Name,Phone\nAna,1\n", "people.csv")
    order_import.refresh_from_db()
    assert bytes(order_import.content) == b"Name,Phone\nAna,1\n"
    assert (order_import.state, order_import.layout) == (ImportState.NEW, "")
    assert "“order_id”" in order_import.error
    with pytest.raises(InvalidInput) as raised:
        start_import(actor=acme.actor(Role.MANAGER), import_id=order_import.pk, options=OPTIONS)
    assert raised.value.code == "unknown_header"


def test_too_large_and_empty_files(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_imports, "LARGEST_FILE", 10)
    for content, said in ((b"x" * 11, "25 MB"), (b"", "empty")):
        with pytest.raises(InvalidInput, match=said):
            kept(acme.actor(Role.MANAGER), content)


def test_a_file_is_brought_in(acme: World) -> None:
    done = imported(acme, TWO)
    done.refresh_from_db()
    assert (done.state, done.rows_done, done.rows_total) == (ImportState.DONE, 2, 2)
    assert (done.created_orders, done.new_customers, done.bad_rows) == (2, 2, 0)
    order = Order.objects.get(external_id="1")
    assert (order.platform, order.currency, order.net) == ("shop", "AUD", 10)
    assert Customer.objects.get(pk=order.customer_id).full_name == "Ana Lim"
    manager = acme.staff[Role.MANAGER].display_name
    created = AuditEvent.objects.filter(action="customer.created").first()
    assert created is not None
    assert created.actor_name.startswith(f"{manager} (order import ")
    assert (created.door, done.started_by) == ("import", manager)
    assert OutboxEvent.objects.filter(topic=order_imports.TOPIC).count() == 1


def test_the_same_file_again_must_be_wished_for(acme: World) -> None:
    first = imported(acme, TWO)
    second = kept(acme.actor(Role.MANAGER), TWO)
    assert imported_before(second) == first
    with pytest.raises(Conflict) as raised:
        start_import(actor=acme.actor(Role.MANAGER), import_id=second.pk, options=OPTIONS)
    assert raised.value.code == "already_imported"
    again = imported(acme, TWO, again=True)
    assert (again.created_orders, again.unchanged_orders) == (0, 2)
    assert Order.objects.count() == 2


def test_bad_rows_are_told_and_good_ones_stay(acme: World) -> None:
    done = imported(acme, recorded("orders_csv/bad_rows.csv"))
    assert (done.state, done.created_orders, done.bad_rows) == (ImportState.DONE, 1, 6)
    problems = OrderImportProblem.objects.filter(order_import=done).order_by("row")
    assert [(problem.row, problem.column) for problem in problems] == [
        (2, "order_id"),
        (3, "ordered_at"),
        (4, "gross"),
        (6, "gross"),
        (7, "email"),
        (8, "gross"),
    ]


@pytest.mark.parametrize(
    ("content", "options", "field"),
    [
        (TWO, {"platform": ""}, "platform"),
        (TWO, {"zone": "Mars/Base"}, "zone"),
        (TWO, {"currency": "dollars"}, "currency"),
        (TWO, {"region": "ZZ"}, "region"),
        (recorded("orders_csv/slashed_semicolon.csv"), {}, "date_order"),
        (recorded("eventbrite/attendees_uk.csv"), {}, "date_order"),
    ],
)
def test_what_the_file_does_not_say_must_be_told(
    acme: World, content: bytes, options: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        started(acme, content, **options)
    assert field in raised.value.fields


def test_options_are_used(acme: World) -> None:
    imported(
        acme,
        b"Order No;Date;Total;Mobile\nB-1;08/03/2026;12.00;021 123 4567\n",
        date_order="month_first",
        zone="Pacific/Auckland",
        currency="NZD",
        region="NZ",
        reported_at=datetime(2026, 9, 1, tzinfo=UTC),
    )
    order = Order.objects.get()
    assert order.ordered_at == datetime(2026, 8, 2, 12, 0, tzinfo=UTC)
    assert order.changed_at == datetime(2026, 9, 1, tzinfo=UTC)
    assert (order.currency, order.buyer_phone_key) == ("NZD", "+64211234567")


def test_humanitix_and_eventbrite_reports_come_in(acme: World) -> None:
    imported(acme, recorded("humanitix/orders.csv"))
    imported(acme, recorded("eventbrite/attendees_us.csv"), date_order="month_first")
    found = dict(Order.objects.values_list("external_id", "status"))
    assert found["65f0c2a4d1e2b30012ab34cg"] == OrderStatus.PARTLY_REFUNDED
    assert found["900001"] == OrderStatus.PARTLY_REFUNDED
    # Nobody is named on the third order of the report: kept, without a customer.
    assert Order.objects.get(customer=None).external_id == "65f0c2a4d1e2b30012ab34ci"


def test_stopped_between_batches_and_gone_on_with(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "BATCH", 2)
    content = orders_file(*(f"{number},2026-01-01,,,,{number}" for number in range(1, 6)))
    order_import = started(acme, content)
    manager = acme.actor(Role.MANAGER)

    def stop(running: OrderImport) -> None:
        cancel_import(actor=manager, import_id=running.pk)

    run_import(company_id=acme.company.pk, import_id=order_import.pk, on_progress=stop)
    order_import.refresh_from_db()
    assert (order_import.state, order_import.rows_done) == (ImportState.CANCELLED, 2)
    assert Order.objects.count() == 2
    resume_import(actor=manager, import_id=order_import.pk)
    run_import(company_id=acme.company.pk, import_id=order_import.pk)
    order_import.refresh_from_db()
    assert (order_import.state, order_import.rows_done) == (ImportState.DONE, 5)
    assert (order_import.created_orders, Order.objects.count()) == (5, 5)


def test_cancelled_before_it_began(acme: World) -> None:
    order_import = started(acme, TWO)
    cancel_import(actor=acme.actor(Role.MANAGER), import_id=order_import.pk)
    assert run_import(company_id=acme.company.pk, import_id=order_import.pk) is None
    assert Order.objects.count() == 0


def test_a_dead_worker_is_followed_by_another_one(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "BATCH", 2)
    content = orders_file(*(f"{number},2026-01-01,,,,{number}" for number in range(1, 6)))
    order_import = started(acme, content)

    def die(running: OrderImport) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(company_id=acme.company.pk, import_id=order_import.pk, on_progress=die)
    # Somebody may still be at it: nobody takes it for a minute.
    assert run_import(company_id=acme.company.pk, import_id=order_import.pk) is None
    later = timezone.now() - timedelta(seconds=61)
    OrderImport.objects.filter(pk=order_import.pk).update(heartbeat_at=later)
    done = run_import(company_id=acme.company.pk, import_id=order_import.pk)
    assert done is not None
    assert (done.state, done.rows_done, done.created_orders) == (ImportState.DONE, 5, 5)


def test_a_worker_that_slept_does_not_go_on(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_run, "BATCH", 2)
    content = orders_file(*(f"{number},2026-01-01,,,,{number}" for number in range(1, 6)))
    order_import = started(acme, content)

    def sleep(running: OrderImport) -> None:
        OrderImport.objects.filter(pk=running.pk).update(claim=UUID(int=1))

    slept = run_import(company_id=acme.company.pk, import_id=order_import.pk, on_progress=sleep)
    assert slept is None
    assert Order.objects.count() == 2


def test_five_deaths_at_one_place_end_it(acme: World) -> None:
    order_import = started(acme, TWO)
    OrderImport.objects.filter(pk=order_import.pk).update(attempts=5)
    assert run_import(company_id=acme.company.pk, import_id=order_import.pk) is None
    order_import.refresh_from_db()
    assert (order_import.state, Order.objects.count()) == (ImportState.FAILED, 0)


def test_a_line_that_is_none_ends_it_and_keeps_what_came_before(acme: World) -> None:
    content = TWO + b"\n" + b"x" * 1_000_001
    done = imported(acme, content)
    assert (done.state, done.created_orders) == (ImportState.FAILED, 2)
    assert "1,000,000" in done.error


def test_only_once_and_only_when_it_makes_sense(acme: World) -> None:
    manager = acme.actor(Role.MANAGER)
    done = imported(acme, TWO)
    for attempt in (cancel_import, resume_import):
        with pytest.raises(Conflict):
            attempt(actor=manager, import_id=done.pk)
    with pytest.raises(Conflict):
        start_import(actor=manager, import_id=done.pk, options=OPTIONS)


def test_strangers(acme: World, globex: World) -> None:
    done = imported(acme, TWO)
    with globex.inside(), pytest.raises(NotFound):
        cancel_import(actor=globex.actor(Role.MANAGER), import_id=done.pk)
    with pytest.raises(Forbidden):
        keep_file(actor=acme.actor(Role.RECEPTIONIST), file_name="x.csv", content=TWO)
