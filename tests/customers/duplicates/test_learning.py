"""The model: relatives are told from one person without labels, and evidence adds up."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection

from customers.duplicates.explanations import NAMES, OTHERS
from customers.duplicates.fields import FIELDS, levels_of, pattern_of
from customers.duplicates.learning import learn_priors
from customers.duplicates.model import Model
from customers.duplicates.scoring import judge
from customers.duplicates.shipped import shipped_model
from customers.services.duplicate_pairs import ScoredPair, scan_records
from tests.customers.duplicates.people import village
from tests.worlds import World

Learnt = tuple[Model, list[ScoredPair], set[frozenset[UUID]], dict[UUID, str]]


@pytest.fixture
def learnt(acme: World) -> Learnt:
    records, twice = village(families=240)
    model, pairs = scan_records(connection, acme.company.pk, records=records, from_bits=-100)
    return model, pairs, twice, {record.customer_id: record.address or "" for record in records}


def test_who_was_entered_twice_is_found_among_families(learnt: Learnt) -> None:
    _, pairs, twice, _ = learnt
    found = {frozenset((pair.left, pair.right)) for pair in pairs if pair.bits > 0}
    hits = len(found & twice)
    assert hits / len(twice) >= 0.9
    assert hits / len(found) >= 0.9


def test_a_family_is_called_relatives(learnt: Learnt) -> None:
    _, pairs, twice, homes = learnt
    named = [
        pair.relation
        for pair in pairs
        if homes[pair.left] == homes[pair.right] != ""
        and frozenset((pair.left, pair.right)) not in twice
    ]
    assert len(named) > 500
    assert named.count("relative") / len(named) >= 0.9


def test_classes_are_shares(learnt: Learnt) -> None:
    model, _, _, _ = learnt
    assert sum(model.priors) == pytest.approx(1)
    assert len(model.priors) == len(NAMES)
    for field in model.shares:
        for levels in field:
            assert levels[0] == 0
            assert sum(levels) == pytest.approx(1)
    assert Model.from_json(model.as_json()) == model


def test_what_is_held_beforehand_fits_the_fields() -> None:
    sizes = {field.name: len(field.levels) for field in FIELDS}
    for other in OTHERS:
        assert {*other.free, *other.held, *other.partly, *other.boosts} <= set(sizes)
        for name, held in other.held.items():
            assert len(held.shares) == sizes[name]
            assert sum(held.shares) == pytest.approx(1)


def test_a_small_company_learns_how_often_each_explanation_comes_up() -> None:
    shipped = shipped_model()
    family = pattern_of((1, 7, 0, 1, 4, 4, 0, 0, 0, 0, 0, 5))
    half = pattern_of((5, 5, 0, 0, 0, 3, 0, 0, 0, 0, 1, 1))
    here = learn_priors(shipped, {family: 500, half: 10})
    assert sum(here.priors) == pytest.approx(1, abs=1e-3)
    relative = NAMES.index("relative")
    assert here.priors[relative] > 0.8 > shipped.priors[relative]
    assert here.shares == shipped.shares
    assert judge(here, half).bits < judge(shipped, half).bits


def test_a_model_of_another_release_is_known() -> None:
    shipped = shipped_model()
    assert shipped.is_of_this_release()
    assert not replace(shipped, priors=shipped.priors[1:]).is_of_this_release()
    assert not replace(shipped, shares=shipped.shares[1:]).is_of_this_release()


def test_evidence_adds_up_to_the_bits() -> None:
    for model in (shipped_model(),):
        for first in range(9):
            for second in range(8):
                levels = (first, second, 0, (first + second) % 5, 1, 3, 0, 0, 0, 0, second % 7, 6)
                said = judge(model, pattern_of(levels))
                assert sum(line.bits for line in said.evidence) == pytest.approx(said.bits)
                assert all(line.words for line in said.evidence)


def test_a_pattern_is_its_levels() -> None:
    levels = tuple(len(field.levels) - 1 for field in FIELDS)
    assert levels_of(pattern_of(levels)) == levels


def test_what_speaks_for_one_person_does_so_before_anything_is_learnt() -> None:
    model = shipped_model()
    private = judge(model, pattern_of((6, 7, 0, 0, 0, 4, 0, 0, 0, 0, 6, 6)))
    family = judge(model, pattern_of((1, 7, 0, 1, 4, 4, 0, 0, 0, 0, 0, 5)))
    assert private.bits > 10
    assert private.relation == "same"
    assert family.bits < -2
    assert family.relation == "relative"
