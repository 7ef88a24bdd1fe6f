"""Whatever is killed, no acknowledged delivery is lost, and each is processed once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event

import psycopg
import pytest

from crm.embedded.children import wait_until
from tests import servers
from tests.flows.inbox_app.gated import FETCH_GATE, PROCESS_GATE
from tests.flows.inbox_processes import InboxProcesses
from tests.flows.running import SECONDS


@pytest.fixture(scope="module")
def processes(django_db_setup: None) -> Iterator[InboxProcesses]:
    """Started once; each test puts back what it killed."""
    if servers.uses_external_server():
        pytest.skip("it kills its own PostgreSQL")
    processes = InboxProcesses()
    try:
        yield processes.start()
    finally:
        processes.stop()


@pytest.fixture
def inbox(processes: InboxProcesses) -> Iterator[InboxProcesses]:
    """The processes with an empty inbox."""
    yield processes
    processes.forget()


@contextmanager
def closed(inbox: InboxProcesses, gate: int) -> Iterator[None]:
    """Nobody gets through the gate."""
    with psycopg.connect(inbox.owner_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [gate])
        yield


@pytest.mark.parametrize("gate", [FETCH_GATE, PROCESS_GATE], ids=["fetching", "processing"])
def test_the_worker_is_killed_while(inbox: InboxProcesses, gate: int) -> None:
    with closed(inbox, gate):
        keys = {f"delivery {number}" for number in range(5)}
        assert all(inbox.send(key) for key in sorted(keys))
        assert wait_until(lambda: inbox.waits_at(gate), SECONDS, 0.1), "nobody came to the gate"
        inbox.running.kill_worker()
    assert inbox.processed() == []
    inbox.running.worker = inbox.running.new_worker(f"after {gate}")
    inbox.running.worker.start()
    assert inbox.all_processed(keys)


def test_the_broker_is_killed(inbox: InboxProcesses) -> None:
    inbox.kill_valkey()
    try:
        keys = {f"delivery {number}" for number in range(5)}
        assert all(inbox.send(key) for key in sorted(keys))
        assert inbox.stored() == keys
    finally:
        inbox.running.valkey.start()
    assert inbox.all_processed(keys)


def test_the_database_is_killed(inbox: InboxProcesses) -> None:
    """While senders send; what was answered 2xx must be there afterwards."""
    acknowledged: set[str] = set()
    refused: list[str] = []
    is_back = Event()

    def send_on(sender: int) -> None:
        for number in count():
            if is_back.is_set():
                return
            key = f"sender {sender}, delivery {number}"
            if inbox.send(key):
                acknowledged.add(key)
            else:
                refused.append(key)

    with ThreadPoolExecutor(4) as pool:
        senders = [pool.submit(send_on, sender) for sender in range(4)]
        try:
            assert wait_until(lambda: len(acknowledged) > 20, SECONDS)
            inbox.kill_postgres()
            assert wait_until(lambda: bool(refused), SECONDS), "nobody noticed"
            inbox.postgres.start()
        finally:
            is_back.set()
        for sender in senders:
            sender.result(SECONDS)
    stored = inbox.stored()
    assert acknowledged <= stored
    # Where only the answer was lost on its way, the delivery is stored all the same.
    assert stored <= acknowledged | set(refused)
    assert wait_until(lambda: inbox.send("afterwards"), SECONDS, 0.5)
    assert inbox.all_processed(stored | {"afterwards"})
