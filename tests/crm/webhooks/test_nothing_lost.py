"""A receiver that drops repeats gets every event, and each customer's in their order."""

from collections import defaultdict
from random import Random
from threading import Lock
from uuid import UUID

from pytest_django import Settings

from crm import outbox
from crm.models import ChangeEvent, WebhookMessage
from crm.models.webhook_message import OPEN
from crm.services.webhook_fan_out import fan_out
from crm.services.webhook_sending import send_next
from customers.models import Customer
from customers.services.merge import merge_customers
from tests.crm.webhooks.conftest import make_endpoint, wait_for_retries
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.webhook_receiver import Received, Receiver, Reply
from tests.worlds import World

MOST_FAILURES = 6  # of one message, so that none comes to its end
ROUNDS = 40


class FailingReceiver:
    """Fails three times of ten: half of the time before it has stored what came, half after."""

    def __init__(self) -> None:
        self.random = Random(20261121)
        self.failures: dict[str, int] = defaultdict(int)
        self.stored: list[str] = []
        self.requests = 0
        self._lock = Lock()

    def __call__(self, received: Received) -> Reply:
        with self._lock:
            self.requests += 1
            fate = self.random.random()
            fails = fate < 0.3 and self.failures[received.id] < MOST_FAILURES
            self.failures[received.id] += fails
            if not (fails and fate < 0.15) and received.id not in self.stored:
                self.stored.append(received.id)
            return Reply(status=self.random.choice([400, 500, 503]) if fails else 200)


def test_under_failures_with_several_workers(
    committed: None, acme: World, receiver: Receiver, settings: Settings
) -> None:
    with acme.inside():
        endpoint, secret = make_endpoint(acme, receiver.url)
        people = [make_customer(acme.system()) for _ in range(8)]
    _change(acme, people)
    failing = FailingReceiver()
    receiver.reply = failing

    def work(number: int) -> int:
        with acme.inside():
            fan_out(endpoint.pk)
        sent = 0
        while send_next(acme.company.pk, endpoint.pk):
            sent += 1
        return sent

    for _ in range(ROUNDS):
        run_threads(3, work)
        with acme.inside():
            wait_for_retries(endpoint)
            if not WebhookMessage.objects.filter(state__in=OPEN).exists():
                break
    with acme.inside():
        messages = {one.webhook_id: one for one in WebhookMessage.objects.all()}
        events = dict(ChangeEvent.objects.values_list("position", "type"))
    assert {one.state for one in messages.values()} == {"delivered"}
    assert sorted(one.position or 0 for one in messages.values()) == sorted(events)
    # Each event was stored, once; some came more often.
    assert sorted(failing.stored) == sorted(messages)
    assert failing.requests > len(messages)
    assert all(one.is_signed_with(secret) for one in receiver.requests)
    lines: dict[UUID, list[int]] = defaultdict(list)
    for webhook_id in failing.stored:
        message = messages[webhook_id]
        for key in message.keys:
            lines[key].append(message.position or 0)
    assert len(lines) == len(people)
    assert all(line == sorted(line) for line in lines.values())


def _change(world: World, people: list[Customer]) -> None:
    """Five changes of each, interleaved, and a merge that concerns three of them."""
    for number in range(5):
        for person in people:
            with world.inside():
                payload = {"customer_id": person.pk, "changed": [f"field {number}"]}
                outbox.publish(actor=world.system(), topic="customer.updated", payload=payload)
    with world.inside():
        others = [people[1].pk, people[2].pk]
        merge_customers(actor=world.system(), survivor_id=people[0].pk, others=others)
        payload = {"customer_id": people[1].pk}
        outbox.publish(actor=world.system(), topic="customer.updated", payload=payload)
