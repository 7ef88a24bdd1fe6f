"""Undoing a merge right away: nothing is left of it."""

from customers.models import Customer, Note
from customers.models.customer import RecordState
from customers.selectors.undo_preview import preview_undo
from customers.services.merge import merge_customers
from customers.services.tags import set_tags
from customers.services.undo_merge import undo_merge
from tests.customers.merging_proof.canonical_dump import differences, dump
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.factories.placed_orders import place_order
from tests.worlds import World


def test_everything_goes_back(committed: None, acme: World) -> None:
    actor = acme.system()
    with acme.inside():
        ana = make_customer(actor, email="ana@example.com")
        ben = make_customer(actor, email="ben@example.com")
        place_order(ana)
        place_order(ben)
        Note.objects.create(company=acme.company, customer=ben, text="x", author_name="x")
        set_tags(actor=actor, customer_id=ana.pk, names=["vip", "golf"])
        set_tags(actor=actor, customer_id=ben.pk, names=["vip", "navy"])
        make_lead(actor, branch=acme.north, customer=ana)
        make_lead(actor, branch=acme.north, customer=ben)
    before = dump(acme.company.pk)
    with acme.inside():
        merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    with acme.inside():
        seen = preview_undo(actor=actor, merge_id=merge.pk)
        print(seen)
        assert seen.exact
        undo_merge(actor=actor, merge_id=merge.pk)
        assert Customer.objects.get(pk=ben.pk).record_state == RecordState.ACTIVE
    assert differences(before, dump(acme.company.pk)) == []
