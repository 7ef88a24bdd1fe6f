"""Lifecycle stages and their history."""

import pytest

from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Customer, StageChange
from customers.services.removal import delete_customer
from customers.services.stage import change_stage
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World


def test_a_move_is_kept_with_its_reason(acme: World) -> None:
    ana = make_customer(acme.system())
    manager = acme.actor(Role.MANAGER)
    moved = change_stage(actor=manager, customer_id=ana.pk, stage="customer", reason="Bought a car")
    assert (moved.lifecycle_stage, moved.version) == ("customer", 1)
    change = StageChange.objects.get()
    assert (change.old_stage, change.new_stage, change.reason, change.changed_by) == (
        "prospect",
        "customer",
        "Bought a car",
        manager.name,
    )
    assert moved.stage_changed_at == change.at
    assert AuditEvent.objects.get(action="customer.stage_changed").reason == "Bought a car"


def test_the_same_stage_writes_nothing(acme: World) -> None:
    ana = make_customer(acme.system())
    change_stage(actor=acme.system(), customer_id=ana.pk, stage="prospect")
    assert not StageChange.objects.exists()


@pytest.mark.parametrize(
    ("field", "stage", "reason"),
    [("stage", "gold", ""), ("reason", "lead", "x" * 501), ("reason", "lead", "\x00")],
)
def test_bad_moves_are_refused(acme: World, field: str, stage: str, reason: str) -> None:
    ana = make_customer(acme.system())
    with pytest.raises(InvalidInput) as refused:
        change_stage(actor=acme.system(), customer_id=ana.pk, stage=stage, reason=reason)
    assert list(refused.value.fields) == [field]


def test_who_may_not(acme: World, globex: World) -> None:
    ana = make_customer(acme.system())
    for role in (Role.RECEPTIONIST, Role.FINANCE, Role.SERVICE):
        with pytest.raises(Forbidden):
            change_stage(actor=acme.actor(role), customer_id=ana.pk, stage="lead")
    with globex.inside(), pytest.raises(NotFound):
        change_stage(actor=globex.system(), customer_id=ana.pk, stage="lead")
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="Test")
    with pytest.raises(Conflict):
        change_stage(actor=acme.system(), customer_id=ana.pk, stage="lead")


def test_eight_at_once_make_one_move(committed: None, acme: World) -> None:
    with acme.inside():
        ana = make_customer(acme.system())

    def move(number: int) -> None:
        with acme.inside():
            change_stage(actor=acme.system(), customer_id=ana.pk, stage="lead")

    run_threads(8, move)
    with acme.inside():
        assert StageChange.objects.count() == 1
        assert Customer.objects.get().lifecycle_stage == "lead"
