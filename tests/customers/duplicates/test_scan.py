"""Scans of a company's customers: candidates, decisions, increments, stopping and going on."""

from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crm import outbox
from crm.errors import Conflict, Forbidden, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import (
    CompareAgain,
    Customer,
    DuplicateCandidate,
    DuplicateScan,
    MatchDecision,
    MatchModel,
    ScanState,
)
from customers.models.duplicate import CandidateState, Verdict
from customers.models.duplicate_scan import ScanStep
from customers.services import duplicate_scan_run
from customers.services.contact_points import add_contact_point
from customers.services.duplicate_increment import compare_batch
from customers.services.duplicate_scan import ask_scan, cancel_scan, compare_again
from customers.services.duplicate_scan_claim import take
from customers.services.duplicate_scan_run import run_scan
from customers.services.edit import edit_customer
from customers.services.removal import delete_customer
from tests.factories.customers import make_customer
from tests.worlds import World


@pytest.fixture
def twins(acme: World) -> tuple[Customer, Customer]:
    """One person, entered twice."""
    actor = acme.actor(Role.MANAGER)
    details: dict[str, Any] = {"birthday": "1984-03-05", "city": "Ashby"}
    first = make_customer(
        actor, name="William Harrowgate", email="w.harrowgate@post.example", **details
    )
    second = make_customer(actor, name="Bill Harrowgate", **details)
    make_customer(actor, name="Sarah Quill", city="Ashby")
    return first, second


def scan(world: World, *, full: bool = True) -> DuplicateScan:
    asked = ask_scan(actor=world.actor(Role.MANAGER), full=full)
    done = run_scan(company_id=world.company.pk, scan_id=asked.pk)
    assert done is not None
    return done


def candidates() -> dict[frozenset[UUID], tuple[float, str, Any, str]]:
    return {
        frozenset((row.left_id, row.right_id)): (row.bits, row.relation, row.evidence, row.state)
        for row in DuplicateCandidate.objects.all()
    }


def test_a_scan_finds_who_was_entered_twice(acme: World, twins: tuple[Customer, Customer]) -> None:
    done = scan(acme)
    assert (done.state, done.records, done.found) == (ScanState.DONE, 3, 1)
    candidate = DuplicateCandidate.objects.get()
    assert {candidate.left_id, candidate.right_id} == {one.pk for one in twins}
    assert candidate.bits > 3
    assert sum(line["bits"] for line in candidate.evidence) == pytest.approx(
        candidate.bits, abs=0.02
    )
    words = [line["words"] for line in candidate.evidence]
    assert "given name is a short form of the other" in words
    assert "same birthday" in words
    trail = AuditEvent.objects.filter(action__startswith="duplicatescan.")
    assert set(trail.values_list("action", flat=True)) == {
        "duplicatescan.asked", "duplicatescan.done",
    }  # fmt: skip


def test_what_is_no_longer_alike_is_gone_and_comes_back(
    acme: World, twins: tuple[Customer, Customer]
) -> None:
    scan(acme)
    _, second = twins
    edit(acme, second, full_name="Olga Petrova", birthday="1931-12-24", city="Perth")
    compare_again(company=acme.company, customer_ids=[second.pk])
    compare_batch(actor=acme.system())
    assert [row[3] for row in candidates().values()] == [CandidateState.GONE]
    edit(acme, second, full_name="Bill Harrowgate", birthday="1984-03-05", city="Ashby")
    compare_again(company=acme.company, customer_ids=[second.pk])
    compare_batch(actor=acme.system())
    assert [row[3] for row in candidates().values()] == [CandidateState.OPEN]


def edit(world: World, customer: Customer, **changes: Any) -> None:
    now = Customer.objects.get(pk=customer.pk)
    edit_customer(
        actor=world.actor(Role.MANAGER), customer_id=now.pk, version=now.version, changes=changes
    )


@pytest.mark.parametrize("state", [CandidateState.DISMISSED, CandidateState.HOUSEHOLD])
def test_a_decision_is_never_reopened(
    acme: World, twins: tuple[Customer, Customer], state: CandidateState
) -> None:
    scan(acme)
    DuplicateCandidate.objects.update(state=state, bits=1)
    scan(acme)
    assert [(row[0], row[3]) for row in candidates().values()] == [(1, state)]


def test_a_decided_pair_is_not_proposed(acme: World, twins: tuple[Customer, Customer]) -> None:
    left, right = sorted(one.pk for one in twins)
    MatchDecision.objects.create(
        company=acme.company,
        left_id=left,
        right_id=right,
        verdict=Verdict.NOT_DUPLICATE,
        decided_by="Kim",
    )
    scan(acme)
    assert candidates() == {}


def test_an_increment_finds_what_a_full_scan_finds(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    scan(acme)
    for given in ("Anna", "Ben", "Clara", "David"):
        make_customer(actor, name=f"{given} Lindqvist", birthday="1990-01-02", city=f"{given}ville")
        make_customer(actor, name=f"{given} Lindquist", birthday="1990-01-02")
    gone = make_customer(actor, name="Anna Lindqvist", birthday="1990-01-02")
    # The third and fourth holder turn a private phone into a family's.
    shared = make_customer(actor, name="Ron Voss", phone="+61412999001")
    for name in ("Eva Voss", "Max Voss", "Ronald Voss"):
        make_customer(actor, name=name, phone="+61412999001", share=True)
    drain(acme)
    delete_customer(actor=actor, customer_id=gone.pk, reason="typed by mistake")
    add_contact_point(actor=actor, customer_id=shared.pk, kind="phone", text="+61412999002")
    drain(acme)
    step_by_step = candidates()
    assert len(step_by_step) > 4
    DuplicateCandidate.objects.all().delete()
    scan(acme)
    assert candidates() == {
        pair: row for pair, row in step_by_step.items() if row[3] != CandidateState.GONE
    }


def drain(world: World) -> None:
    outbox.drain(world.company.pk)
    assert CompareAgain.objects.exists()
    outcome = compare_batch(actor=world.system())
    assert outcome is not None
    assert outcome.taken
    assert not CompareAgain.objects.exists()


def test_a_company_of_some_size_learns_its_own_model(acme: World) -> None:
    with_model = MatchModel.objects.count()
    scan(acme)
    assert MatchModel.objects.count() == with_model, "three customers teach nothing"


def test_one_scan_at_a_time(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    first = ask_scan(actor=actor)
    assert ask_scan(actor=actor, full=True).pk == first.pk
    assert DuplicateScan.objects.get().is_full


def test_a_scan_can_be_stopped(acme: World, twins: tuple[Customer, Customer]) -> None:
    actor = acme.actor(Role.MANAGER)
    asked = ask_scan(actor=actor, full=True)
    assert cancel_scan(actor=actor, scan_id=asked.pk).state == ScanState.CANCELLED
    assert run_scan(company_id=acme.company.pk, scan_id=asked.pk) is None
    with pytest.raises(Conflict):
        cancel_scan(actor=actor, scan_id=asked.pk)
    running = ask_scan(actor=actor, full=True)
    assert take(running.pk) is not None
    cancel_scan(actor=actor, scan_id=running.pk)
    DuplicateScan.objects.update(heartbeat_at=None)  # its worker died
    stopped = run_scan(company_id=acme.company.pk, scan_id=running.pk)
    assert stopped is not None
    assert stopped.state == ScanState.CANCELLED
    assert candidates() == {}


def test_a_scan_that_died_goes_on_at_its_step(
    acme: World, twins: tuple[Customer, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask_scan(actor=acme.actor(Role.MANAGER), full=True)

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(duplicate_scan_run, "compare_pairs", die)
        with pytest.raises(SystemExit):
            run_scan(company_id=acme.company.pk, scan_id=asked.pk)
    assert DuplicateScan.objects.get().step == ScanStep.PAIRS
    assert run_scan(company_id=acme.company.pk, scan_id=asked.pk) is None, "it is still leased"
    DuplicateScan.objects.update(heartbeat_at=None)
    done = run_scan(company_id=acme.company.pk, scan_id=asked.pk)
    assert done is not None
    assert (done.state, done.found) == (ScanState.DONE, 1)


def test_who_may(acme: World) -> None:
    with pytest.raises(Forbidden):
        ask_scan(actor=acme.actor(Role.RECEPTIONIST))
    with pytest.raises(NotFound):
        cancel_scan(actor=acme.actor(Role.MANAGER), scan_id=UUID(int=1))


def test_another_companys_customers_are_not_met(acme: World, globex: World) -> None:
    details: dict[str, Any] = {"name": "Ada Zimmer", "birthday": "1980-05-05"}
    with globex.inside():
        make_customer(globex.actor(Role.MANAGER), **details)
    make_customer(acme.actor(Role.MANAGER), **details)
    scan(acme)
    with globex.inside():
        scan(globex)
        assert candidates() == {}
    assert candidates() == {}


def test_made_up_names_and_invalid_numbers_match_nobody(acme: World) -> None:
    actor = acme.system()
    for _ in range(2):
        make_customer(actor, name="Walk-in Customer", city="Ashby")
    scan(acme)
    assert candidates() == {}


def test_the_command(acme: World, capsys: pytest.CaptureFixture[str]) -> None:
    make_customer(acme.system(), name="Ida Holm")
    call_command("scan_duplicates", company="acme")
    assert "1 customers, 0 pairs compared" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("scan_duplicates", company="nobody")


def test_the_copies_are_read_only(acme: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(has_table_privilege('crm_app', name, right_to))"
            "  FROM unnest(ARRAY['customers_matchrecord', 'customers_commonvalue']) name,"
            "       unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) right_to"
        )
        assert cursor.fetchone() == (False,)
