"""What a committed change owes: events written with the change, handled after the commit.

PostgreSQL is the queue of record; the broker only rings the bell, and a sweep hears what the bell
missed (crm/tasks.py). Handlers are idempotent: an event may be handled twice, never not at all.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from crm import audit
from crm.actors import Actor, Door, system_actor
from crm.audit import plain
from crm.change_events.recording import record_changes
from crm.models import Company, OutboxEvent
from crm.roles import Action
from crm.tenancy import use_company

Handler = Callable[[Actor, Mapping[str, Any]], None]
_handlers: dict[str, list[Handler]] = {}
_ring: list[Callable[[int], None]] = []

MAX_ATTEMPTS = 10
FIRST_RETRY = timedelta(seconds=5)


def on(topic: str, handler: Handler) -> None:
    """Let `handler` act on every event of the topic; called in `AppConfig.ready()`."""
    if handler not in _handlers.setdefault(topic, []):
        _handlers[topic].append(handler)


def set_bell(ring: Callable[[int], None]) -> None:
    """Name the function that wakes a worker for a company; called in `AppConfig.ready()`."""
    _ring[:] = [ring]


def publish(*, actor: Actor, topic: str, payload: Mapping[str, Any]) -> None:
    """Write an event in the transaction of its change. Payloads hold ids, never personal data."""
    publish_many(actor=actor, events=[(topic, payload)])


def publish_many(*, actor: Actor, events: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Write an event for each topic and payload, in one statement.

    Public ones are told to other systems too (crm/change_events). Whoever publishes about a
    customer holds the customer's row by then.
    """
    now = timezone.now()
    company_id = actor.company.pk
    events = list(events)
    OutboxEvent.objects.bulk_create(
        (
            OutboxEvent(company_id=company_id, topic=topic, payload=plain(payload), due_at=now)
            for topic, payload in events
        ),
        batch_size=1000,
    )
    record_changes(company_id=company_id, events=events, at=now)
    _ring_on_commit(company_id)


def _ring_on_commit(company_id: int) -> None:
    rung = {hook[1] for hook in connection.run_on_commit if isinstance(hook[1], _Bell)}
    if _Bell(company_id) not in rung:
        transaction.on_commit(_Bell(company_id))


class _Bell:
    """Rings once for a company, however many events its transaction wrote."""

    def __init__(self, company_id: int) -> None:
        self.company_id = company_id

    def __call__(self) -> None:
        for ring in _ring:
            ring(self.company_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bell) and other.company_id == self.company_id

    def __hash__(self) -> int:
        return hash(self.company_id)


def drain(company_id: int, *, limit: int = 500) -> int:
    """Handle the due events of a company, one transaction each; returns how many were taken."""
    taken = 0
    while taken < limit and _handle_next(company_id):
        taken += 1
    return taken


def _handle_next(company_id: int) -> bool:
    with use_company(company_id):
        event = (
            OutboxEvent.objects.select_for_update(skip_locked=True)
            .filter(done_at=None, dead_at=None, due_at__lte=timezone.now())
            .order_by("due_at", "id")
            .first()
        )
        if event is None:
            return False
        company = Company.objects.get(pk=company_id)
        actor = system_actor(company, door=Door.TASK, name=f"outbox: {event.topic}")
        try:
            with transaction.atomic():
                for handler in _handlers.get(event.topic, ()):
                    handler(actor, event.payload)
        except Exception as error:
            _put_back(event, error)
        else:
            event.done_at = timezone.now()
            event.save(update_fields=["done_at"])
        return True


@transaction.atomic
def revive(*, actor: Actor, events: QuerySet[OutboxEvent]) -> int:
    """Give dead events new attempts, at once; returns how many there were."""
    actor.require(Action.MANAGE_STAFF)
    dead = list(events.filter(dead_at__isnull=False).select_for_update().order_by("id")[:1000])
    for event in dead:
        audit.record(actor=actor, action="outboxevent.revived", subject=event)
    OutboxEvent.objects.filter(pk__in=[event.pk for event in dead]).update(
        dead_at=None, attempts=0, due_at=timezone.now()
    )
    _ring_on_commit(actor.company.pk)
    return len(dead)


def _put_back(event: OutboxEvent, error: Exception) -> None:
    """Retry later, each time after a longer pause; after the last attempt the event is dead."""
    event.attempts += 1
    # The class only: messages of database errors can quote personal data.
    event.last_error = type(error).__name__
    if event.attempts >= MAX_ATTEMPTS:
        event.dead_at = timezone.now()
    else:
        event.due_at = timezone.now() + FIRST_RETRY * 2 ** (event.attempts - 1)
    event.save(update_fields=["attempts", "last_error", "dead_at", "due_at"])
