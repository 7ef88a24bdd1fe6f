"""The outbox: nothing owed is lost, nothing rolled back is done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from crm import outbox, tasks
from crm.actors import Actor
from crm.models import OutboxEvent
from tests.threads import run_threads
from tests.worlds import World

TOPIC = "test.happened"
Seen = list[tuple[str, Mapping[str, Any]]]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What a handler of the topic was given."""
    events: Seen = []
    monkeypatch.setitem(
        outbox._handlers,
        TOPIC,
        [lambda actor, payload: events.append((actor.company.slug, payload))],
    )
    return events


def test_handled_once_for_its_company(acme: World, seen: Seen) -> None:
    outbox.publish(actor=acme.system(), topic=TOPIC, payload={"branch": acme.north})
    assert outbox.drain(acme.company.pk) == 1
    assert outbox.drain(acme.company.pk) == 0
    assert seen == [("acme", {"branch": str(acme.north.pk)})]


def test_the_stranger_drains_nothing(acme: World, globex: World, seen: Seen) -> None:
    outbox.publish(actor=acme.system(), topic=TOPIC, payload={})
    assert outbox.drain(globex.company.pk) == 0
    assert seen == []


def test_a_rolled_back_change_owes_nothing(acme: World, seen: Seen) -> None:
    with transaction.atomic():
        outbox.publish(actor=acme.system(), topic=TOPIC, payload={})
        transaction.set_rollback(True)
    assert outbox.drain(acme.company.pk) == 0


def test_a_failing_handler_is_tried_again_later_then_dead(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(actor: Actor, payload: Mapping[str, Any]) -> None:
        raise ZeroDivisionError("a message with personal data")

    monkeypatch.setitem(outbox._handlers, TOPIC, [fail])
    outbox.publish(actor=acme.system(), topic=TOPIC, payload={})
    assert outbox.drain(acme.company.pk) == 1
    event = OutboxEvent.objects.get()
    assert event.due_at > timezone.now()
    assert (event.attempts, event.last_error) == (1, "ZeroDivisionError")
    for _ in range(outbox.MAX_ATTEMPTS - 1):
        OutboxEvent.objects.update(due_at=timezone.now())
        outbox.drain(acme.company.pk)
    event.refresh_from_db()
    assert event.dead_at is not None
    OutboxEvent.objects.update(due_at=timezone.now())
    assert outbox.drain(acme.company.pk) == 0


def test_what_a_failing_handler_wrote_is_undone(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_and_fail(actor: Actor, payload: Mapping[str, Any]) -> None:
        outbox.publish(actor=actor, topic="test.other", payload={})
        raise ZeroDivisionError

    monkeypatch.setitem(outbox._handlers, TOPIC, [write_and_fail])
    outbox.publish(actor=acme.system(), topic=TOPIC, payload={})
    outbox.drain(acme.company.pk)
    assert not OutboxEvent.objects.filter(topic="test.other").exists()


def test_the_bell_rings_once_a_transaction(
    committed: None, acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings: list[int] = []
    monkeypatch.setattr(outbox, "_ring", [rings.append])
    with acme.inside():
        for _ in range(3):
            outbox.publish(actor=acme.system(), topic=TOPIC, payload={})
        assert rings == []
    assert rings == [acme.company.pk]


def test_the_sweep_finds_what_the_bell_missed(committed: None, acme: World, seen: Seen) -> None:
    with acme.inside():
        outbox.publish(actor=acme.system(), topic=TOPIC, payload={})
    assert tasks.sweep_outbox() == 1
    assert len(seen) == 1


def test_a_silent_broker_does_not_fail_the_change(
    committed: None, acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tasks.drain_outbox.app.connection_for_write("redis+socket:///nowhere/v.sock") as nowhere:
        monkeypatch.setattr(
            tasks.drain_outbox,
            "delay",
            lambda company_id: tasks.drain_outbox.apply_async([company_id], connection=nowhere),
        )
        with acme.inside():
            outbox.publish(actor=acme.system(), topic=TOPIC, payload={})
    with acme.inside():
        assert OutboxEvent.objects.filter(done_at=None).count() == 1


def test_several_workers_handle_each_event_once(committed: None, acme: World, seen: Seen) -> None:
    with acme.inside():
        for number in range(20):
            outbox.publish(actor=acme.system(), topic=TOPIC, payload={"number": number})
    assert sum(run_threads(4, lambda _: outbox.drain(acme.company.pk))) == 20
    assert sorted(payload["number"] for _, payload in seen) == list(range(20))


def test_purge_forgets_old_done_events_only(committed: None, acme: World) -> None:
    old = timezone.now() - timedelta(days=8)
    with acme.inside():
        for done, dead in ((old, None), (timezone.now(), None), (None, old), (None, None)):
            OutboxEvent.objects.create(
                company=acme.company, topic=TOPIC, due_at=old, done_at=done, dead_at=dead
            )
    assert tasks.purge_outbox() == 1
    with acme.inside():
        assert OutboxEvent.objects.count() == 3
