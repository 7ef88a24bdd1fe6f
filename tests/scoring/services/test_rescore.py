"""Scores asked for: one, all; drift found and repaired; nothing written where nothing changed."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from crm.errors import Forbidden, NotFound
from crm.roles import Role
from customers.models import Customer
from scoring.models import Engagement
from scoring.services import score_functions
from scoring.services.nightly_scores import check_scores
from scoring.services.rescore import (
    contradictions,
    reconcile,
    rescore_company,
    rescore_customer,
)
from tests.factories.customers import make_customer
from tests.scoring.scored import holds, ledger, noon, place_order, points, today
from tests.worlds import World


def written() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_upd + n_tup_ins + n_tup_del), 0)::int "
            "FROM pg_stat_xact_user_tables WHERE relname ~ '^scoring_' "
            "AND relname <> 'scoring_scoringday'"
        )
        return cursor.fetchone()[0]


def test_an_unchanged_rescore_writes_no_row(acme: World) -> None:
    for days in (1, 40, 200):
        place_order(make_customer(acme.system()), at=noon(days))
    before = written()
    assert rescore_company(actor=acme.system()) == 0
    assert score_functions.engagement_rebuild(score_functions.ScoreCause.RESCORE) == 0
    assert score_functions.score_decay() == 0
    assert written() == before


def test_a_rescore_is_right_for_the_day_it_is_for(acme: World) -> None:
    customer = make_customer(acme.system())
    place_order(customer, at=noon(10))
    later = today() + timedelta(days=30)
    assert rescore_company(actor=acme.system(), on_day=later) == 1
    assert points(customer)[0] == 4
    assert rescore_company(actor=acme.system()) == 1
    assert points(customer)[0] == 5
    assert [line[0] for line in ledger(customer)] == ["order", "rescore", "rescore"]
    assert holds()


def test_one_customer(acme: World, globex: World) -> None:
    customer = make_customer(acme.system())
    place_order(customer)
    assert rescore_customer(actor=acme.actor(Role.MANAGER), customer_id=customer.pk) is False
    with globex.inside():
        stranger = make_customer(globex.system())
    for pk in (stranger.pk, uuid4()):
        with pytest.raises(NotFound):
            rescore_customer(actor=acme.system(), customer_id=pk)
    with pytest.raises(Forbidden):
        rescore_customer(actor=acme.actor(Role.FINANCE), customer_id=customer.pk)


@pytest.fixture
def drifted(acme: World, committed: None) -> Customer:
    """Somebody's metrics were changed behind the triggers' back."""
    with acme.inside():
        customer, other = make_customer(acme.system()), make_customer(acme.system())
        place_order(customer)
        place_order(other)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_engagement SET orders = 3, net = 5, frequency = 3, score = 23 "
            "WHERE customer_id = %s",
            [customer.pk],
        )
    return customer


def test_drift_is_found_and_repaired(acme: World, drifted: Customer) -> None:
    with acme.inside():
        found = reconcile(actor=acme.system())
        assert (found.drift.metrics, found.drift.scores, found.repaired) == (1, 0, 0)
        assert found.drift.customer_ids == [drifted.pk]
        assert check_scores(actor=acme.system()) is False
        assert contradictions(actor=acme.system()) == [(drifted.pk, "ledger")]
        assert reconcile(actor=acme.system(), repair=True).repaired == 1
        assert Engagement.objects.get(pk=drifted.pk).orders == 1
        assert ledger(drifted)[-1][0] == "repair"
        assert check_scores(actor=acme.system()) is True
        assert holds()


def test_the_commands_say_it_and_exit(acme: World, drifted: Customer) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="1 customers are off"):
        call_command("reconcile_scores", company="acme", stdout=out)
    assert str(drifted.pk) in out.getvalue()
    with pytest.raises(CommandError, match="do not hold"):
        call_command("verify_scores", stdout=out)
    call_command("reconcile_scores", repair=True, stdout=out)
    call_command("verify_scores", stdout=out)
    call_command("rescore", stdout=out)
    call_command("rescore", company="acme", customer=drifted.pk, stdout=out)
    assert "Acme: 0 changed" in out.getvalue()
    with pytest.raises(CommandError, match="no such customer"):
        call_command("rescore", company="globex", customer=drifted.pk, stdout=out)
    with pytest.raises(CommandError, match="There is no company"):
        call_command("rescore", company="nobody", stdout=out)


def test_only_those_who_manage_scoring(acme: World) -> None:
    for role in (Role.RECEPTIONIST, Role.FINANCE, Role.TEAM_LEAD):
        for call in (rescore_company, reconcile, contradictions):
            with pytest.raises(Forbidden):
                call(actor=acme.actor(role))
