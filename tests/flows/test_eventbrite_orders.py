"""From Eventbrite's notice to the customer's card, through every process."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import Settings

from crm.embedded.children import wait_until
from scoring.models import Engagement, Order
from tests.factories.inbox import make_sender
from tests.factories.ticket_accounts import connected
from tests.flows.running import SECONDS, Running
from tests.flows.visitor import Visitor
from tests.platforms_at_home import EventbriteAtHome
from tests.scoring.orders.recorded import payload
from tests.worlds import PASSWORD, World

pytestmark = pytest.mark.usefixtures("committed")
NOTICE = {
    "config": {"action": "order.placed", "user_id": "163", "webhook_id": "1806556"},
    "api_url": "https://www.eventbriteapi.com/v3/orders/1234567891/",
}


@pytest.fixture(scope="module")
def eventbrite() -> Iterator[EventbriteAtHome]:
    platform = EventbriteAtHome()
    platform.orders["1234567891"] = payload("eventbrite/order_expanded.json")
    yield platform
    platform.stop()


@pytest.fixture(scope="module")
def site(django_db_setup: None, eventbrite: EventbriteAtHome) -> Iterator[Running]:
    """Web and worker that may ask the platform at home."""
    running = Running(settings={"TICKET_API_ORIGINS": eventbrite.origin})
    try:
        yield running.start()
    finally:
        running.stop()


def test_an_order_comes_from_the_notice_to_the_card(
    acme: World, eventbrite: EventbriteAtHome, site: Running, settings: Settings
) -> None:
    connected(acme, eventbrite, settings)
    with acme.inside():
        address = make_sender(acme, kind="eventbrite").path

    def notify() -> int:
        body = json.dumps(NOTICE).encode()
        request = urllib.request.Request(site.url + address, data=body)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status

    def order() -> Order | None:
        with acme.inside():
            return Order.objects.filter(external_id="1234567891").first()

    assert notify() == 200
    assert wait_until(lambda: order() is not None, SECONDS, 0.1)
    found = order()
    assert found is not None
    with acme.inside():
        worth = Engagement.objects.get(customer_id=found.customer_id)
        assert (worth.orders, worth.tickets, worth.net) == (1, 2, 40)
    assert eventbrite.paths() == ["/v3/orders/1234567891/"]

    visitor = Visitor(site.url).sign_in("receptionist@acme.example", PASSWORD)
    card = visitor.get(f"/customers/{found.customer_id}/")
    assert (card.status, "Asha Rao" in card.text) == (200, True)
    assert "Harbour Comedy Night" in card.text

    # The refund: the same notice again, and the card follows.
    for attendee in eventbrite.orders["1234567891"]["attendees"]:
        attendee["refunded"] = True
    eventbrite.orders["1234567891"]["changed"] = "2026-03-12T01:00:00Z"
    assert notify() == 200

    def is_refunded() -> bool:
        now = order()
        return now is not None and now.status == "refunded"

    assert wait_until(is_refunded, SECONDS, 0.1)
    with acme.inside():
        worth = Engagement.objects.get(customer_id=found.customer_id)
        assert (worth.orders, worth.net) == (0, 0)
    assert "efunded" in visitor.get(f"/customers/{found.customer_id}/").text
    connections.close_all()
