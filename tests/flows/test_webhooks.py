"""A worker is killed while it sends: its message goes out again, and nothing is lost."""

from collections.abc import Iterator
from threading import Event

import pytest
from pytest_django import Settings

from crm.embedded.children import wait_until
from crm.models import ChangeEvent, WebhookMessage
from crm.roles import Role
from crm.services.webhook_endpoints import create_endpoint
from customers.services.tags import set_tags
from tests.factories.customers import make_customer
from tests.flows.running import SECONDS, Running
from tests.webhook_receiver import Received, Receiver, Reply
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """On this machine, which the running processes may reach too."""
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    receiver = Receiver()
    yield receiver
    receiver.stop()


def test_the_worker_is_killed_while_it_sends(
    acme: World, running: Running, receiver: Receiver
) -> None:
    has_come, is_killed = Event(), Event()

    def reply(_: Received) -> Reply:
        has_come.set()
        assert is_killed.wait(SECONDS)
        return Reply()

    receiver.reply = reply
    with acme.inside():
        create_endpoint(actor=acme.actor(Role.ADMIN), name="The app", url=receiver.url)
        people = [make_customer(acme.system()) for _ in range(2)]
        for word in ("one", "two"):
            for person in people:
                set_tags(actor=acme.system(), customer_id=person.pk, names=[word])
    # The sweep brings it even where no bell rings: this process has another broker.
    assert has_come.wait(SECONDS)
    running.kill_worker()
    is_killed.set()
    running.worker = running.new_worker("after webhooks")
    running.worker.start()

    def all_delivered() -> bool:
        with acme.inside():
            states = WebhookMessage.objects.values_list("state", flat=True)
            return len(states) == 6 and set(states) == {"delivered"}

    assert wait_until(all_delivered, SECONDS, 0.1)
    with acme.inside():
        messages = {one.webhook_id: one for one in WebhookMessage.objects.all()}
        assert ChangeEvent.objects.count() == 6
    assert {one.id for one in receiver.kept} == set(messages)
    assert len(receiver.requests) > len(messages), "what was cut off came again"
    for person in people:
        came = [messages[one.id] for one in receiver.kept]
        positions = [one.position or 0 for one in came if one.customer_id == person.pk]
        assert positions == sorted(positions)
