"""`manage.py pull_orders`."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from scoring.models import Order, TicketAccount
from tests.factories.ticket_accounts import connected, humanitix_order, sell
from tests.platforms_at_home import Answer, HumanitixAtHome
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def humanitix() -> Iterator[HumanitixAtHome]:
    platform = HumanitixAtHome()
    sell(platform, [humanitix_order(number) for number in range(3)])
    yield platform
    platform.stop()


@pytest.fixture
def account(acme: World, humanitix: HumanitixAtHome, settings: Settings) -> TicketAccount:
    return connected(acme, humanitix, settings)


def run(**options: str) -> str:
    out = StringIO()
    call_command("pull_orders", stdout=out, **options)
    return out.getvalue()


def test_it_pulls_and_tells(acme: World, account: TicketAccount) -> None:
    assert run(company="acme") == (
        "Humanitix: Main: 3 orders read, 3 new, 0 changed, 3 new customers, "
        "0 that cannot be read.\n"
    )
    with acme.inside():
        assert Order.objects.count() == 3


def test_since_is_a_day_of_the_company(
    acme: World, account: TicketAccount, humanitix: HumanitixAtHome
) -> None:
    run(company="acme", account="Main")
    humanitix.asked.clear()
    assert "3 orders read, 0 new" in run(company="acme", since="2026-03-01")
    orders = [one for one in humanitix.asked if one.path.endswith("/orders")]
    assert [one.query["since"] for one in orders] == ["2026-02-28T13:00:00Z"]


def test_trouble_is_told_and_exits_1(
    acme: World, account: TicketAccount, humanitix: HumanitixAtHome
) -> None:
    humanitix.next_answers = [Answer({}, status=401)]
    with pytest.raises(CommandError, match="1 of 1"):
        run(company="acme")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"company": "nobody"}, "no company"),
        ({"company": "acme", "account": "Other"}, "no such active"),
        ({"company": "globex"}, "no such active"),
        ({"company": "acme", "since": "yesterday"}, "--since"),
        ({"company": "acme", "since": "2026-02-31"}, "--since"),
    ],
)
def test_what_it_refuses(
    acme: World, account: TicketAccount, options: dict[str, str], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        run(**options)
