"""Workers at imports: rung by the outbox, found by the sweep."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from crm.celery import app
from crm.outbox import drain
from crm.roles import Role
from scoring.models import ImportState, Order, OrderImport
from scoring.services.order_imports import undo_import
from scoring.tasks import run_order_import, sweep_order_imports
from tests.factories.order_imports import orders_file, started
from tests.worlds import World

FILE = orders_file("1,2026-01-01,,,AUD,10,,ana@example.com")


def test_the_task_brings_in_and_takes_back(acme: World) -> None:
    order_import = started(acme, FILE)
    run_order_import(acme.company.pk, str(order_import.pk))
    order_import.refresh_from_db()
    assert order_import.state == ImportState.DONE
    undo_import(actor=acme.actor(Role.MANAGER), import_id=order_import.pk)
    run_order_import(acme.company.pk, str(order_import.pk))
    order_import.refresh_from_db()
    assert order_import.state == ImportState.UNDONE


def test_the_sweep_finds_waiting_and_abandoned_imports_of_all_companies(
    acme: World, globex: World
) -> None:
    waiting = started(globex, FILE)
    abandoned, alive = started(acme, FILE), started(acme, FILE, again=True)
    now = timezone.now()
    for order_import, seconds in ((abandoned, 61), (alive, 5)):
        OrderImport.objects.filter(pk=order_import.pk).update(
            state=ImportState.RUNNING, heartbeat_at=now - timedelta(seconds=seconds)
        )
    assert sweep_order_imports() == 2
    states = dict(OrderImport.objects.values_list("pk", "state"))
    assert states == {abandoned.pk: ImportState.DONE, alive.pk: ImportState.RUNNING}
    with globex.inside():
        assert OrderImport.objects.get(pk=waiting.pk).state == ImportState.DONE
        assert Order.objects.count() == 1


def test_the_event_of_a_start_is_handled(committed: None, acme: World) -> None:
    started(acme, FILE)
    assert drain(acme.company.pk) >= 1


def test_it_is_swept() -> None:
    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE["sweep-order-imports"]["task"] in app.tasks
