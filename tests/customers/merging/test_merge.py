"""Merging by the service: what the survivor has afterwards."""

from customers.models import ContactPoint, Note
from customers.models.customer import RecordState
from customers.selectors.merge_preview import preview_merge
from customers.services.merge import merge_customers
from customers.services.tags import set_tags
from scoring.models import Engagement, Order
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.factories.placed_orders import place_order
from tests.worlds import World


def test_everything_goes_to_the_survivor(acme: World) -> None:
    actor = acme.system()
    ana, ben = (
        make_customer(actor, email="ana@example.com"),
        make_customer(actor, email="ben@example.com"),
    )
    place_order(ana)
    place_order(ben)
    Note.objects.create(company=acme.company, customer=ben, text="x", author_name="x")
    set_tags(actor=actor, customer_id=ana.pk, names=["vip", "golf"])
    set_tags(actor=actor, customer_id=ben.pk, names=["vip", "navy"])
    make_lead(actor, branch=acme.north, customer=ana)
    make_lead(actor, branch=acme.north, customer=ben)
    seen = preview_merge(actor=actor, customer_ids=[ana.pk, ben.pk])
    assert seen.survivor_id == ben.pk
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    ben.refresh_from_db()
    assert ben.record_state == RecordState.MERGED
    assert Order.objects.filter(customer=ana).count() == 2
    assert Engagement.objects.get(customer=ana).orders == 2
    assert ContactPoint.objects.filter(customer=ana, is_live=True).count() == 4
    assert merge.rows_moved > 3
