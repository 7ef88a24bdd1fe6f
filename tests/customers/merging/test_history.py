"""The list of merges and one of them."""

import pytest

from crm.errors import Forbidden, InvalidInput, NotFound
from crm.roles import Role
from customers.models.merge import MergeState
from customers.selectors.merge_history import merge_detail, merge_list
from customers.services.merge import merge_customers
from customers.services.undo_merge import undo_merge
from tests.factories.customers import make_customer
from tests.worlds import World


def test_newest_first_with_those_taken_in(acme: World) -> None:
    actor = acme.actor(Role.ADMIN)
    ana, ben, carl = (make_customer(actor) for _ in range(3))
    first = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    second = merge_customers(actor=actor, survivor_id=ana.pk, others=[carl.pk])
    undo_merge(actor=actor, merge_id=first.pk)
    page = merge_list(actor=actor)
    assert [one.pk for one in page.rows] == [second.pk, first.pk]
    assert [one.customer_id for one in page.rows[0].taken_in] == [carl.pk]  # type: ignore[attr-defined]
    undone = merge_list(actor=actor, filters={"state": MergeState.UNDONE, "origin": ""})
    assert [one.pk for one in undone.rows] == [first.pk]


def test_a_merge_counts_what_came_from_whom(acme: World) -> None:
    actor = acme.actor(Role.ADMIN)
    ana, ben = make_customer(actor), make_customer(actor)
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk], reason="one person")
    detail = merge_detail(actor=actor, merge_id=merge.pk)
    assert [one.customer for one in detail.records] == [ben]
    assert detail.merge.reason == "one person"
    phones = next(one for one in detail.moves if one.relation == "customers.ContactPoint.customer")
    assert phones.per_record == {ben.pk: 1}


def test_refusals(acme: World, globex: World) -> None:
    actor = acme.actor(Role.ADMIN)
    ana, ben = make_customer(actor), make_customer(actor)
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    with pytest.raises(InvalidInput):
        merge_list(actor=actor, filters={"state": "everything"})
    with pytest.raises(Forbidden):
        merge_list(actor=acme.actor(Role.SERVICE))
    with globex.inside(), pytest.raises(NotFound):
        merge_detail(actor=globex.system(), merge_id=merge.pk)
