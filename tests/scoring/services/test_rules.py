"""Rules: drafted, tried without writing, in force for everybody at once."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from crm import outbox
from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from scoring.models import Engagement, RuleSet, SegmentMember
from scoring.services.rules import activate_rules, draft_rules, preview_rules
from scoring.services.segments import create_segment
from tests.factories.customers import make_customer
from tests.scoring.scored import holds, ledger, noon, place_order, points
from tests.worlds import World

STRICT = {"recency_days": [7, 14, 30, 60], "frequency": [20, 10, 5, 2]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"recency_days": [30, 30, 90, 180]}, "recency_days"),
        ({"recency_days": [30, 60, 90]}, "recency_days"),
        ({"frequency": [10, 5, 5, 1]}, "frequency"),
        ({"frequency": [10, 5, 3, 0]}, "frequency"),
        ({"monetary": [Decimal(50), Decimal(200), Decimal(500), Decimal(1000)]}, "monetary"),
        ({"hot_from": 31}, "cool_from"),
        ({"cool_from": 6}, "cool_from"),
        ({"warm_from": 24}, "warm_from"),
        ({"weight_recency": 0, "weight_frequency": 0, "weight_monetary": 0}, "weight_recency"),
        ({"active_days": 400}, "dormant_days"),
    ],
)
def test_rules_that_make_no_sense_are_refused(
    acme: World, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft_rules(actor=acme.system(), values=values)
    assert field in refused.value.fields
    assert not RuleSet.objects.exists()


def test_a_field_that_rules_do_not_have(acme: World) -> None:
    with pytest.raises(InvalidInput):
        draft_rules(actor=acme.system(), values={"is_active": True})


def test_a_preview_counts_moves_and_writes_nothing(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    stays, cools = make_customer(acme.system()), make_customer(acme.system())
    place_order(stays, at=noon(1))
    place_order(cools, at=noon(20))
    rules = draft_rules(actor=actor, values=STRICT)
    preview = preview_rules(actor=actor, rule_set_id=rules.pk)
    assert preview.moves["warm", "cool"] == 1
    assert preview.moves["warm", "warm"] == 1
    assert (preview.moving, preview.after("cool"), preview.after("hot")) == (1, 1, 0)
    assert points(cools)[4] == "warm"
    assert len(ledger(cools)) == 1


def test_segments_follow_new_rules(acme: World) -> None:
    """Who was warm is cool by stricter rules, and leaves the segment of the warm."""
    actor = acme.actor(Role.ADMIN)
    customer = make_customer(acme.system())
    place_order(customer, at=noon(20))
    rules = {"all": [{"field": "band", "op": "is", "value": "warm"}]}
    segment = create_segment(actor=actor, name="Warm ones", rules=rules)
    outbox.drain(acme.company.pk)
    assert SegmentMember.objects.filter(segment=segment, customer=customer).exists()
    activate_rules(actor=actor, rule_set_id=draft_rules(actor=actor, values=STRICT).pk)
    outbox.drain(acme.company.pk)
    assert not SegmentMember.objects.filter(segment=segment, customer=customer).exists()


def test_activating_scores_everybody_by_the_new_version(acme: World) -> None:
    actor = acme.actor(Role.ADMIN)
    one, other = make_customer(acme.system()), make_customer(acme.system())
    place_order(one, at=noon(20))
    rules = draft_rules(actor=actor, values=STRICT)
    assert activate_rules(actor=actor, rule_set_id=rules.pk) == 1
    assert points(one) == (3, 1, 2, 13, "cool")
    assert ledger(one)[-1] == ("rules", 21, 13)
    assert ledger(other) == []
    assert Engagement.objects.get(pk=one.pk).base_score == 6
    assert AuditEvent.objects.filter(action="ruleset.activated").count() == 1
    assert not OutboxEvent.objects.filter(topic="score.band_changed", payload__cause="rules")
    assert holds()
    place_order(one, at=noon(2))
    assert points(one)[0] == 5


def test_weights_change_the_base_of_later_customers_only(acme: World) -> None:
    actor = acme.system()
    before = make_customer(actor)
    rules = draft_rules(
        actor=actor,
        values={"weight_recency": 1, "weight_frequency": 1, "weight_monetary": 1,
                "hot_from": 12, "warm_from": 9, "cool_from": 6},
    )  # fmt: skip
    assert activate_rules(actor=actor, rule_set_id=rules.pk) == 1
    after = make_customer(actor)
    assert ledger(before) == [("rules", 6, 3)]
    assert [Engagement.objects.get(pk=pk).base_score for pk in (before.pk, after.pk)] == [6, 3]
    assert holds()


def test_the_old_version_can_come_back(acme: World) -> None:
    actor = acme.system()
    first = draft_rules(actor=actor, values={})
    activate_rules(actor=actor, rule_set_id=first.pk)
    second = draft_rules(actor=actor, values=STRICT)
    activate_rules(actor=actor, rule_set_id=second.pk)
    assert [rules.version for rules in (first, second)] == [1, 2]
    with pytest.raises(Conflict):
        activate_rules(actor=actor, rule_set_id=second.pk)
    activate_rules(actor=actor, rule_set_id=first.pk)
    assert RuleSet.objects.get(is_active=True).version == 1
    # A draft starts from what is in force.
    assert draft_rules(actor=actor, values={"hot_from": 25}).recency_days == [30, 60, 90, 180]


def test_activating_what_changes_nothing_writes_nothing(acme: World) -> None:
    place_order(make_customer(acme.system()))
    rules = draft_rules(actor=acme.system(), values={"name": "As before"})
    assert activate_rules(actor=acme.system(), rule_set_id=rules.pk) == 0


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.FINANCE, Role.TEAM_LEAD])
def test_other_roles_may_not(acme: World, role: Role) -> None:
    for call in (
        lambda actor: draft_rules(actor=actor, values={}),
        lambda actor: preview_rules(actor=actor, rule_set_id=uuid4()),
        lambda actor: activate_rules(actor=actor, rule_set_id=uuid4()),
    ):
        with pytest.raises(Forbidden):
            call(acme.actor(role))


def test_another_company_s_rules_do_not_exist(acme: World, globex: World) -> None:
    with globex.inside():
        theirs = draft_rules(actor=globex.system(), values=STRICT)
    with pytest.raises(NotFound):
        preview_rules(actor=acme.system(), rule_set_id=theirs.pk)
    with pytest.raises(NotFound):
        activate_rules(actor=acme.system(), rule_set_id=theirs.pk)
