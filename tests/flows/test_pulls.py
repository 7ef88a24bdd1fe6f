"""A pull whose process is killed in the middle goes on where it was."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings

from crm.embedded.children import wait_until
from crm.embedded.places import ROOT
from scoring.models import Order, TicketAccount
from tests.factories.ticket_accounts import connected, humanitix_order, sell
from tests.flows.running import SECONDS, database_url
from tests.platforms_at_home import Asked, HumanitixAtHome
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("committed")
ORDERS = 900
LEASE_SECONDS = 2


@pytest.fixture
def humanitix() -> Iterator[HumanitixAtHome]:
    platform = HumanitixAtHome()
    sell(platform, [humanitix_order(number) for number in range(ORDERS)], tickets=1)
    yield platform
    platform.stop()


def start(platform: HumanitixAtHome) -> subprocess.Popen[bytes]:
    """`manage.py pull_orders`, as an operator starts it."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "pull_orders", "--company", "acme"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "DATABASE_URL": database_url("default"),
            "DATABASE_OWNER_URL": database_url("owner"),
            "DATABASE_POOL": "0",
            "TICKET_API_ORIGINS": platform.origin,
            "PULL_LEASE_SECONDS": str(LEASE_SECONDS),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_a_killed_pull_goes_on_where_it_was(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    account = connected(acme, humanitix, settings)
    reached, may_go_on = threading.Event(), threading.Event()

    def hold_the_eighth_page(asked: Asked) -> None:
        if asked.path.endswith("/orders") and asked.query["page"] == "8":
            reached.set()
            may_go_on.wait(SECONDS)

    humanitix.before_answer = hold_the_eighth_page
    first = start(humanitix)
    assert reached.wait(SECONDS), "it never came to the eighth page"
    first.send_signal(signal.SIGKILL)
    first.communicate()
    may_go_on.set()
    with acme.inside():
        stored = Order.objects.count()
        (reading,) = (mark["reading"] for mark in checkpoint_of(account)["events"].values())
    # What stands in the checkpoint is stored, and nothing else.
    assert 400 <= stored < ORDERS
    assert stored == (reading["page"] - 1) * 100

    humanitix.asked.clear()
    assert wait_until(lambda: is_free(acme, account), SECONDS, 0.1)
    second = start(humanitix)
    told = second.communicate(timeout=SECONDS)[0].decode()
    assert second.returncode == 0, told
    assert f"{ORDERS - stored} orders read, {ORDERS - stored} new" in told
    pages = [one.query["page"] for one in humanitix.asked if one.path.endswith("/orders")]
    assert pages == [str(page) for page in range(reading["page"], ORDERS // 100 + 1)]
    with acme.inside():
        assert Order.objects.count() == ORDERS
        assert set(Order.objects.values_list("tickets", flat=True)) == {1}
        assert "reading" not in str(checkpoint_of(account))


def checkpoint_of(account: TicketAccount) -> dict[str, dict[str, dict[str, int]]]:
    account.refresh_from_db()
    return account.checkpoint


def is_free(acme: World, account: TicketAccount) -> bool:
    with acme.inside():
        account.refresh_from_db()
    return account.pulling_until is None or account.pulling_until < timezone.now()
