"""What becomes of a delivery: each outcome, each way to fail, and the lease."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from crm import outbox, tasks
from crm.actors import Actor
from crm.errors import NotFound
from crm.inbox.outcomes import Done, Outcome, RetryLater
from crm.models import InboundDelivery, OutboxEvent
from crm.services import inbound_processing
from crm.services.inbound_processing import LONGEST_RETRY, MAX_ATTEMPTS, drain, pause
from tests.factories.inbox import Scripted, Sender, make_sender, use_handler
from tests.threads import run_threads
from tests.worlds import World


def only() -> InboundDelivery:
    return InboundDelivery.objects.get()


def fall_due() -> None:
    InboundDelivery.objects.update(due_at=timezone.now())


def test_done(acme: World, sender: Sender) -> None:
    sender.send({"id": 1, "do": "done"})
    assert drain(acme.company.pk) == 1
    kept = only()
    assert (kept.state, kept.result, kept.error) == ("processed", {"order": 7}, "")
    assert (kept.attempts, kept.parser_version) == (1, 1)
    assert kept.processed_at is not None
    assert drain(acme.company.pk) == 0


def test_ignored(acme: World, sender: Sender) -> None:
    sender.send({"id": 1, "do": "ignore"})
    drain(acme.company.pk)
    assert (only().state, only().error) == ("ignored", "A test event.")


def test_what_can_never_be_done_is_dead_at_once(acme: World, sender: Sender) -> None:
    sender.send({"id": 1, "do": "never"})
    drain(acme.company.pk)
    kept = only()
    assert (kept.state, kept.error, kept.attempts) == ("dead", "No such order.", 1)
    assert kept.failures[0]["error"] == "No such order."


def test_what_cannot_be_read_is_dead_and_kept(acme: World, sender: Sender) -> None:
    sender.send(b"\xff not json")
    drain(acme.company.pk)
    assert (only().state, only().error) == ("dead", "The body is not JSON.")
    assert bytes(only().body) == b"\xff not json"


def test_a_kind_that_nobody_handles_any_more(
    acme: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.send({"id": 1, "do": "done"})
    monkeypatch.setattr(inbound_processing, "handler_of", lambda kind: None)
    drain(acme.company.pk)
    assert only().state == "dead"
    assert "scripted" in only().error


def test_an_error_keeps_its_values_to_itself(acme: World, sender: Sender) -> None:
    sender.send({"id": 1, "do": "crash"})
    drain(acme.company.pk)
    kept = only()
    assert (kept.state, kept.error) == ("failed", "ZeroDivisionError")
    assert "Souza" not in str(kept.failures)


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (NotFound("Ana de Souza is not here"), "NotFound (not_found)"),
        (RetryLater("The other system is closed."), "The other system is closed."),
        (RetryLater("odd \x00\ud800" + "x" * 600), "odd ?" + "x" * 495),
        (RetryLater(""), "RetryLater"),
    ],
)
def test_the_reason_that_is_kept(
    acme: World, sender: Sender, monkeypatch: pytest.MonkeyPatch, error: Exception, kept: str
) -> None:
    class Fails(Scripted):
        def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Outcome:
            raise error

    use_handler(monkeypatch, Fails())
    sender.send({"id": 1})
    drain(acme.company.pk)
    assert (only().state, only().error) == ("failed", kept)


def test_a_database_error_says_its_state(
    acme: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Divides(Scripted):
        def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Outcome:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
            return Done()

    use_handler(monkeypatch, Divides())
    sender.send({"id": 1})
    drain(acme.company.pk)
    assert (only().state, only().error) == ("failed", "DataError (SQLSTATE 22012)")


def test_it_is_tried_again_after_growing_pauses_and_then_dead(acme: World, sender: Sender) -> None:
    sender.send({"id": 1, "do": "later"})
    waits = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        before = timezone.now()
        assert drain(acme.company.pk) == 1
        assert drain(acme.company.pk) == 0, "it is not due yet"
        kept = only()
        assert kept.attempts == attempt
        waits.append(kept.due_at - before)
        fall_due()
    assert (kept.state, kept.error) == ("dead", "The other system is closed.")
    assert len(kept.failures) == MAX_ATTEMPTS
    assert waits[0] < timedelta(seconds=6) < waits[3] < waits[6]
    assert drain(acme.company.pk) == 0


@pytest.mark.parametrize("attempts", range(1, 40))
def test_the_pause_doubles_up_to_an_hour(attempts: int) -> None:
    whole = min(timedelta(seconds=5) * 2 ** (attempts - 1), LONGEST_RETRY)
    assert whole * 0.75 <= pause(attempts) <= whole


def test_a_handler_may_say_how_long_to_wait(
    acme: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Limited(Scripted):
        def fetch(self, actor: Actor, delivery: InboundDelivery) -> Any:
            raise RetryLater("Rate limit.", after=timedelta(hours=2))

    use_handler(monkeypatch, Limited())
    sender.send({"id": 1})
    drain(acme.company.pk)
    assert only().due_at - timezone.now() > timedelta(minutes=119)


def test_what_a_failing_handler_wrote_is_undone(
    acme: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WritesAndFails(Scripted):
        def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Outcome:
            outbox.publish(actor=actor, topic="test.other", payload={})
            raise ZeroDivisionError

    use_handler(monkeypatch, WritesAndFails())
    sender.send({"id": 1})
    drain(acme.company.pk)
    assert not OutboxEvent.objects.filter(topic="test.other").exists()


class Fetches(Scripted):
    """Asks another system first; `meanwhile` is what happens in the world while it answers."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self) -> None:
        self.in_transaction: list[bool] = []
        self.processed: list[Any] = []

    def fetch(self, actor: Actor, delivery: InboundDelivery) -> Any:
        self.in_transaction.append(connection.in_atomic_block)
        assert (delivery.source.name, actor.company.slug) == ("scripted", "acme")
        self.meanwhile()
        return "what it answered"

    def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Outcome:
        assert connection.in_atomic_block
        assert (actor.door, actor.name) == ("hook", "source: scripted")
        self.processed.append(fetched)
        return Done()


@pytest.fixture
def fetches(committed: None, acme: World, monkeypatch: pytest.MonkeyPatch) -> Fetches:
    """A handler that fetches, and one delivery for it."""
    handler = Fetches()
    use_handler(monkeypatch, handler)
    with acme.inside():
        make_sender(acme).send({"id": 1})
    return handler


def test_no_transaction_is_open_while_another_system_answers(acme: World, fetches: Fetches) -> None:
    assert drain(acme.company.pk) == 1
    assert (fetches.in_transaction, fetches.processed) == ([False], ["what it answered"])


def test_nobody_else_takes_it_within_the_lease(acme: World, fetches: Fetches) -> None:
    others: list[int] = []
    fetches.meanwhile = lambda: others.append(drain(acme.company.pk))  # type: ignore[method-assign]
    drain(acme.company.pk)
    assert (others, len(fetches.processed)) == ([0], 1)


def test_whoever_outlives_the_lease_writes_nothing(acme: World, fetches: Fetches) -> None:
    def lease_ends() -> None:
        fetches.meanwhile = lambda: None  # type: ignore[method-assign]
        with acme.inside():
            fall_due()
        drain(acme.company.pk)

    fetches.meanwhile = lease_ends  # type: ignore[method-assign]
    drain(acme.company.pk)
    assert len(fetches.processed) == 1
    with acme.inside():
        assert (only().state, only().attempts) == ("processed", 2)


def test_a_notice_repeated_meanwhile_is_looked_at_again(acme: World, fetches: Fetches) -> None:
    fetches.asks_to_look_again = True

    def repeat() -> None:
        fetches.meanwhile = lambda: None  # type: ignore[method-assign]
        with acme.inside():
            InboundDelivery.objects.update(repeats=1)

    fetches.meanwhile = repeat  # type: ignore[method-assign]
    assert drain(acme.company.pk) == 2
    assert len(fetches.processed) == 2
    with acme.inside():
        assert only().state == "processed"


def test_a_delivery_that_kills_its_worker_dies_too(acme: World, sender: Sender) -> None:
    sender.send({"id": 1, "do": "done"})
    InboundDelivery.objects.update(attempts=MAX_ATTEMPTS)
    drain(acme.company.pk)
    assert only().state == "dead"
    assert "worker was killed" in only().error


def test_four_workers_handle_each_once(
    committed: None, acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: list[str] = []

    class Counts(Scripted):
        def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Outcome:
            handled.append(delivery.external_key)
            return Done()

    use_handler(monkeypatch, Counts())
    with acme.inside():
        sender = make_sender(acme)
        for number in range(20):
            sender.send({"id": number})
    assert sum(run_threads(4, lambda _: drain(acme.company.pk))) == 20
    assert sorted(handled) == sorted(str(number) for number in range(20))


def test_the_stranger_handles_nothing(acme: World, globex: World, sender: Sender) -> None:
    sender.send({"id": 1, "do": "done"})
    assert drain(globex.company.pk) == 0
    assert only().state == "received"


def test_the_bell_wakes_the_inbox(
    committed: None, acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(tasks.drain_inbox, "apply_async", lambda args, **_: woken.append(args[0]))
    with acme.inside():
        sender = make_sender(acme)
    sender.send({"id": 1, "do": "done"})
    assert woken == []
    outbox.drain(acme.company.pk)
    assert woken == [acme.company.pk]


def test_the_sweep_finds_what_the_bell_missed(committed: None, acme: World) -> None:
    with acme.inside():
        sender = make_sender(acme)
    sender.send({"id": 1, "do": "done"})
    with acme.inside():
        OutboxEvent.objects.all().delete()
    assert tasks.sweep_inbox() == 1
    assert tasks.sweep_inbox() == 0
    with acme.inside():
        assert only().state == "processed"
