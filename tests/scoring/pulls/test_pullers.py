"""Who pulls, when, and one at a time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from crm.errors import Forbidden, NotFound
from crm.roles import Role
from scoring.models import TicketAccount
from scoring.services.pulls import pull_account
from scoring.tasks import pull_due_accounts, pull_ticket_account
from tests.factories.ticket_accounts import (
    connected,
    humanitix_order,
    sell,
)
from tests.platforms_at_home import Asked, HumanitixAtHome
from tests.scoring.pulls.pulling import now_at, pull, stored
from tests.threads import run_threads
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("committed")


def test_one_puller_at_a_time(acme: World, humanitix: HumanitixAtHome, settings: Settings) -> None:
    sell(humanitix, [humanitix_order(number) for number in range(5)])
    account = connected(acme, humanitix, settings)
    actor = acme.system()
    found = run_threads(4, lambda _: pull_account(actor=actor, account_id=account.pk))
    worked = [report for report in found if report is not None]
    assert sum(report.created for report in worked) == 5
    assert len(worked) < 4 or humanitix.paths().count("/v1/events") == len(worked)


def test_a_dead_pullers_lease_ends(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    account = connected(acme, humanitix, settings)
    with acme.inside():
        later = timezone.now() + timedelta(minutes=2)
        TicketAccount.objects.update(pulling_until=later, due_at=later)
    assert pull_account(actor=acme.system(), account_id=account.pk) is None
    with acme.inside():
        TicketAccount.objects.update(pulling_until=timezone.now() - timedelta(seconds=1))
    assert pull(acme, account).is_whole


def test_a_long_reading_keeps_its_lease(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    """The tickets of a large event take many pages before the first orders can be stored."""
    settings.PULL_LEASE_SECONDS = 0  # it is moved on after every answer
    sell(humanitix, [humanitix_order(number) for number in range(3)], tickets=5)
    account = connected(acme, humanitix, settings)
    leases: list[datetime] = []

    def look(asked: Asked) -> None:
        if asked.path.endswith("/tickets"):
            with acme.inside():
                leases.append(TicketAccount.objects.get(pk=account.pk).pulling_until)
            connections.close_all()

    humanitix.before_answer = look
    assert pull(acme, account).is_whole
    assert len(leases) == 5
    assert leases == sorted(set(leases))


@pytest.mark.parametrize(
    "change", [{"pulling_until": None}, {"is_active": False}], ids=["taken", "inactive"]
)
def test_a_puller_that_lost_the_account_writes_no_more(
    acme: World, humanitix: HumanitixAtHome, settings: Settings, change: dict[str, Any]
) -> None:
    sell(humanitix, [humanitix_order(1)])
    account = connected(acme, humanitix, settings)

    def lose(asked: Asked) -> None:
        if asked.path.endswith("/orders"):
            with acme.inside():
                TicketAccount.objects.update(**change)
            connections.close_all()

    humanitix.before_answer = lose
    report = pull(acme, account)
    assert (report.created, report.is_whole) == (0, False)
    assert stored(acme) == {}
    assert now_at(acme, account).checkpoint == {}


def test_the_schedule_pulls_each_account_that_is_due(
    acme: World,
    globex: World,
    humanitix: HumanitixAtHome,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sell(humanitix, [humanitix_order(1)])
    due = connected(acme, humanitix, settings)
    strangers = connected(globex, humanitix, settings)
    with globex.inside():
        TicketAccount.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    handed: list[list[Any]] = []
    monkeypatch.setattr(
        pull_ticket_account, "apply_async", lambda args, **_: handed.append(args) or None
    )
    pull_due_accounts()
    assert handed == [[acme.company.pk, str(due.pk)]]
    pull_ticket_account(*handed[0])
    assert list(stored(acme)) == ["order-1"]
    assert stored(globex) == {}
    pull_due_accounts()
    assert len(handed) == 1
    assert timedelta(minutes=13) < now_at(acme, due).due_at - timezone.now()
    assert now_at(globex, strangers).last_pulled_at is None


def test_a_pull_that_is_not_through_goes_to_the_end_of_the_queue(
    acme: World,
    humanitix: HumanitixAtHome,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sell(humanitix, [humanitix_order(number) for number in range(7)])
    account = connected(acme, humanitix, settings)
    handed: list[list[Any]] = [[acme.company.pk, str(account.pk)]]
    monkeypatch.setattr("scoring.tasks.PULL_SLICE_SECONDS", 0.0)
    monkeypatch.setattr(pull_ticket_account, "apply_async", lambda args, **_: handed.append(args))
    runs = 0
    while handed:
        pull_ticket_account(*handed.pop())
        runs += 1
        assert runs < 20
    assert runs > 2
    assert len(stored(acme)) == 7
    assert now_at(acme, account).last_pulled_at is not None


def test_who_may_pull(
    acme: World, globex: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    account = connected(acme, humanitix, settings)
    with pytest.raises(Forbidden):
        pull_account(actor=acme.actor(Role.RECEPTIONIST), account_id=account.pk)
    with pytest.raises(NotFound):
        pull_account(actor=globex.system(), account_id=account.pk)
    assert humanitix.asked == []


def test_it_must_not_be_called_in_a_transaction(
    acme: World, humanitix: HumanitixAtHome, settings: Settings
) -> None:
    account = connected(acme, humanitix, settings)
    with acme.inside(), pytest.raises(RuntimeError):
        pull_account(actor=acme.system(), account_id=account.pk)
