"""What is refused, each with its reason; nothing is written then."""

from uuid import UUID, uuid4

import pytest

from crm.errors import Conflict, CrmError, Forbidden, InvalidInput, NotFound, StaleVersion
from crm.roles import Role
from customers.models import Merge
from customers.selectors.merge_preview import preview_merge
from customers.selectors.undo_preview import preview_undo
from customers.services.merge import merge_customers
from customers.services.removal import delete_customer
from customers.services.undo_merge import undo_merge
from tests.customers.merging.people import twins
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World


def refusal(world: World, survivor: UUID, *others: UUID, **more: object) -> CrmError:
    """Why both the preview and the merge say no."""
    actor = world.system()
    with pytest.raises(CrmError) as refused:
        merge_customers(actor=actor, survivor_id=survivor, others=others, **more)  # type: ignore[arg-type]
    assert not Merge.objects.filter(survivor_id=survivor).exists()
    if not more:
        with pytest.raises(CrmError) as seen:
            preview_merge(actor=actor, customer_ids=[survivor, *others])
        assert seen.value.code == refused.value.code
    return refused.value


def test_a_record_with_itself_and_wrong_numbers(acme: World) -> None:
    ana, ben = twins(acme)
    assert refusal(acme, ana.pk, ana.pk).code == "same"
    assert refusal(acme, ana.pk, ben.pk, ben.pk).code == "same"
    assert refusal(acme, ana.pk).code == "too_few"
    assert refusal(acme, ana.pk, *(uuid4() for _ in range(50))).code == "too_many"


def test_records_that_are_not_there(acme: World, globex: World) -> None:
    ana, _ = twins(acme)
    with globex.inside():
        stranger = make_customer(globex.system())
    assert isinstance(refusal(acme, ana.pk, stranger.pk), NotFound)
    assert isinstance(refusal(acme, ana.pk, uuid4()), NotFound)


def test_deleted_and_merged_records_chains_and_cycles(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    carl = make_customer(actor)
    delete_customer(actor=actor, customer_id=carl.pk, reason="left")
    assert refusal(acme, ana.pk, carl.pk).code == "deleted"
    merge_customers(actor=actor, survivor_id=ben.pk, others=[ana.pk])
    for survivor, other in ((ana, ben), (ana, carl)):
        error = refusal(acme, survivor.pk, other.pk)
        assert isinstance(error, Conflict)
        assert (error.code, error.details["merged_into"]) == ("merged", ben.pk)


def test_a_stale_version_is_refused(acme: World) -> None:
    ana, ben = twins(acme)
    error = refusal(acme, ana.pk, ben.pk, versions={ana.pk: ana.version, ben.pk: ben.version + 1})
    assert isinstance(error, StaleVersion)
    assert (error.code, error.details["customer_ids"]) == ("stale", [ben.pk])


def test_wrong_choices_and_answers(acme: World) -> None:
    ana, ben = twins(acme)
    actor = acme.system()
    for wrong in ({"choices": {"full_name": "x"}}, {"choices": {"code": str(ana.pk)}}):
        assert isinstance(refusal(acme, ana.pk, ben.pk, **wrong), InvalidInput)
    error = refusal(acme, ana.pk, ben.pk, solutions={"open_leads:1": "x"})
    assert error.code == "unknown_question"
    lead = make_lead(actor, branch=acme.north, customer=ana)
    make_lead(actor, branch=acme.north, customer=ben)
    answer = {f"open_leads:{acme.north.pk}": str(ben.pk)}
    assert refusal(acme, ana.pk, ben.pk, solutions=answer).code == "unsolved"
    assert lead.is_open
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    make_customer(actor)
    undo_merge(actor=actor, merge_id=merge.pk)
    with pytest.raises(Conflict) as again:
        undo_merge(actor=actor, merge_id=merge.pk)
    assert again.value.code == "undone"
    with pytest.raises(Conflict):
        preview_undo(actor=actor, merge_id=merge.pk)


@pytest.mark.parametrize("role", [Role.SERVICE, Role.TEAM_LEAD])
def test_roles_that_may_not(acme: World, role: Role) -> None:
    ana, ben = twins(acme)
    actor = acme.actor(role)
    merge = merge_customers(actor=acme.actor(Role.MANAGER), survivor_id=ana.pk, others=[ben.pk])
    for attempt in (
        lambda: merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk]),
        lambda: preview_merge(actor=actor, customer_ids=[ana.pk, ben.pk]),
        lambda: undo_merge(actor=actor, merge_id=merge.pk),
        lambda: preview_undo(actor=actor, merge_id=merge.pk),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_another_companys_merge_is_not_there(acme: World, globex: World) -> None:
    ana, ben = twins(acme)
    merge = merge_customers(actor=acme.system(), survivor_id=ana.pk, others=[ben.pk])
    with globex.inside():
        for attempt in (undo_merge, preview_undo):
            with pytest.raises(NotFound):
                attempt(actor=globex.system(), merge_id=merge.pk)  # type: ignore[operator]
