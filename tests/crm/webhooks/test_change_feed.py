"""The stream of changes: its order, its pages, its end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connections
from django.utils import timezone

from crm import outbox
from crm.change_events.purging import KEPT, purge_changes
from crm.errors import InvalidInput
from crm.models import ChangeEvent, ChangeFeed
from crm.selectors import change_feed
from customers.models import Customer
from tests.factories.customers import make_customer
from tests.worlds import World


def tell(world: World, customer: Customer, *topics: str) -> None:
    """Publish as the services do."""
    outbox.publish_many(
        actor=world.system(), events=[(topic, {"customer_id": customer.pk}) for topic in topics]
    )


@pytest.fixture
def ana(acme: World) -> Customer:
    """A customer of whom nothing is told yet."""
    customer = make_customer(acme.system())
    ChangeEvent.objects.all().delete()
    return customer


def test_pages_go_on_where_the_last_one_ended(acme: World, ana: Customer) -> None:
    tell(acme, ana, *["customer.updated"] * 3, "customer.deleted", "customer.restored")
    first = change_feed.read(limit=2)
    assert ([event.position for event in first.events], first.next_after) == ([1, 2], 2)
    assert first.has_more
    rest = change_feed.read(after=first.next_after)
    assert [event.type for event in rest.events] == [
        "customer.updated", "customer.deleted", "customer.restored",
    ]  # fmt: skip
    assert (rest.next_after, rest.has_more) == (5, False)
    end = change_feed.read(after=rest.next_after)
    assert (list(end.events), end.next_after, end.has_more) == ([], 5, False)
    tell(acme, ana, "customer.updated")
    assert [event.position for event in change_feed.read(after=5).events] == [6]


def test_only_some_types(acme: World, ana: Customer) -> None:
    tell(acme, ana, "customer.updated", "customer.deleted", "customer.restored")
    page = change_feed.read(types=["customer.deleted", "lead.*"])
    assert [event.type for event in page.events] == ["customer.deleted"]
    assert page.next_after == 3
    assert len(change_feed.read(types=["customer.*"]).events) == 3


@pytest.mark.parametrize("types", [["customer.exploded"], ["customer*"], ["*.created"], [""]])
def test_a_type_that_nothing_has(acme: World, types: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_feed.read(types=types)
    assert "types" in refused.value.fields


@pytest.mark.parametrize(("after", "limit"), [(-1, 10), (0, 0), (0, 201)])
def test_numbers_that_make_no_sense(acme: World, after: int, limit: int) -> None:
    with pytest.raises(InvalidInput):
        change_feed.read(after=after, limit=limit)


def test_a_page_looks_at_so_many_positions_only(
    acme: World, ana: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_feed, "MOST_SCANNED", 2)
    tell(acme, ana, *["customer.updated"] * 3, "customer.deleted")
    page = change_feed.read(types=["customer.deleted"])
    assert (list(page.events), page.next_after, page.has_more) == ([], 2, True)
    page = change_feed.read(types=["customer.deleted"], after=2)
    assert ([event.position for event in page.events], page.has_more) == ([4], False)


def test_the_stranger_reads_their_own(acme: World, ana: Customer, globex: World) -> None:
    tell(acme, ana, "customer.updated")
    with globex.inside():
        assert list(change_feed.read().events) == []
        theirs = make_customer(globex.system())
        # An id of another company finds nothing to tell.
        tell(globex, ana, "customer.updated")
        assert [event.customer_id for event in change_feed.read().events] == [theirs.pk]


def test_old_events_are_forgotten_and_late_readers_are_told(acme: World, ana: Customer) -> None:
    tell(acme, ana, *["customer.updated"] * 3)
    assert change_feed.read().next_after == 3
    old = timezone.now() - KEPT - timedelta(hours=1)
    ChangeEvent.objects.filter(position__lte=2).update(occurred_at=old)
    assert purge_changes() == 2
    assert purge_changes() == 0
    with pytest.raises(change_feed.FeedExpired) as refused:
        change_feed.read(after=1)
    assert refused.value.details == {"oldest": 2}
    assert [event.position for event in change_feed.read(after=2).events] == [3]
    # Who begins has missed nothing.
    assert [event.position for event in change_feed.read().events] == [3]


def test_who_commits_late_comes_late(committed: None, acme: World) -> None:
    """The smaller id is seen last: its position is behind what readers have already."""
    with acme.inside():
        ana, ben = make_customer(acme.system()), make_customer(acme.system())
        seen = change_feed.read().next_after
    has_written, may_commit = Event(), Event()

    def slow() -> None:
        try:
            with acme.inside():
                tell(acme, ana, "customer.deleted")
                has_written.set()
                assert may_commit.wait(30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        assert has_written.wait(30)
        with acme.inside():
            tell(acme, ben, "customer.updated")
        with acme.inside():
            page = change_feed.read(after=seen)
            assert [event.customer_id for event in page.events] == [ben.pk]
        may_commit.set()
        running.result()
    with acme.inside():
        later = change_feed.read(after=page.next_after)
        assert [event.customer_id for event in later.events] == [ana.pk]
        late, early = later.events[0], page.events[0]
        assert late.pk < early.pk
        assert (late.position or 0) > (early.position or 0)


def test_readers_at_once_give_each_position_once(committed: None, acme: World) -> None:
    from tests.threads import run_threads

    with acme.inside():
        ana = make_customer(acme.system())
        tell(acme, ana, *["customer.updated"] * 50)

    def read(_: int) -> list[int | None]:
        with acme.inside():
            return [event.position for event in change_feed.read().events]

    pages = run_threads(4, read)
    assert pages == [list(range(1, 52))] * 4
    with acme.inside():
        assert ChangeFeed.objects.get().last_position == 51
