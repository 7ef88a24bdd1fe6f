"""A legacy lead waits for a customer with its phone; the worker brings them together.

The customer is saved by the web, the event by the same transaction, the bell rings through the
broker, the worker links. Whatever is killed in between, the lead ends up linked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections

from crm.embedded.children import wait_until
from crm.models import AuditEvent, OutboxEvent
from leads.models import Lead
from tests.factories.leads import make_legacy_lead
from tests.flows.running import Running, database_url
from tests.flows.visitor import Visitor
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("committed")
TYPED, PHONE = "0412 555 019", "+61412555019"
SECONDS = 60  # a sweep comes every ten seconds


def waiting_lead(acme: World) -> Lead:
    with acme.inside():
        return make_legacy_lead(acme.south, typed=TYPED, phone=PHONE, name="Uma Castellan")


def save_customer(receptionist: Visitor) -> None:
    answer = receptionist.send("/customers/new/", full_name="Uma Castellan", phone=TYPED)
    assert answer.status == 200
    assert "Uma Castellan" in answer.text
    assert "/customers/new/" not in answer.url


def is_linked(acme: World, lead: Lead) -> Callable[[], bool]:
    def look() -> bool:
        with acme.inside():
            return Lead.objects.filter(pk=lead.pk, customer__full_name="Uma Castellan").exists()

    return look


def test_worker_links_it(acme: World, running: Running, receptionist: Visitor) -> None:
    lead = waiting_lead(acme)
    save_customer(receptionist)
    assert wait_until(is_linked(acme, lead), SECONDS, 0.1)
    with acme.inside():
        event = AuditEvent.objects.get(action="lead.linked")
        assert (event.door, str(event.subject_id)) == ("task", str(lead.pk))
    assert wait_until(lambda: not is_anything_due(acme), SECONDS, 0.1)


def is_anything_due(acme: World) -> bool:
    with acme.inside():
        return OutboxEvent.objects.filter(done_at=None).exists()


@contextmanager
def row_held(lead: Lead) -> Iterator[psycopg.Connection]:
    """Somebody else has the lead's row locked, so that the worker must wait in the middle."""
    with psycopg.connect(database_url("owner")) as connection:
        connection.execute("SELECT 1 FROM leads_lead WHERE id = %s FOR UPDATE", [lead.pk])
        yield connection
        connection.rollback()


def waits_for_a_lock() -> bool:
    with psycopg.connect(database_url("owner")) as connection:
        query = (
            "SELECT count(*) FROM pg_locks AS lock JOIN pg_stat_activity AS session USING (pid) "
            "WHERE NOT lock.granted AND session.datname = current_database()"
        )
        row = connection.execute(query).fetchone()
        return row is not None and row[0] > 0


def test_killed_worker_leaves_the_work_to_the_next(
    acme: World, running: Running, receptionist: Visitor
) -> None:
    lead = waiting_lead(acme)
    with row_held(lead):
        save_customer(receptionist)
        assert wait_until(waits_for_a_lock, SECONDS, 0.1), "the worker never came to the lead"
        running.kill_worker()
    assert not is_linked(acme, lead)()
    running.worker = running.new_worker("second")
    running.worker.start()
    assert wait_until(is_linked(acme, lead), SECONDS, 0.1)
    with acme.inside():
        assert AuditEvent.objects.filter(action="lead.linked").count() == 1


def test_without_a_broker_people_work_on_and_the_sweep_catches_up(
    acme: World, running: Running, receptionist: Visitor
) -> None:
    lead = waiting_lead(acme)
    running.valkey.stop()
    try:
        save_customer(receptionist)
        assert is_anything_due(acme)
        assert not is_linked(acme, lead)()
    finally:
        running.valkey.start()
    assert wait_until(is_linked(acme, lead), SECONDS, 0.1)
    connections.close_all()
