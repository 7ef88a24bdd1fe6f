"""Undoing a merge whose rows were changed, removed or lost in the meantime."""

from django.db import connections

from customers.models import (
    ContactPoint,
    Customer,
    Note,
)
from customers.models.merge import MergeState
from customers.services.contact_points import remove_contact_point
from customers.services.edit import edit_customer
from customers.services.merge import merge_customers
from customers.services.tags import set_tags
from customers.services.undo_merge import undo_merge
from scoring.models import Order
from scoring.services.order_review import link_order, remove_order, unlink_order
from tests.customers.merging_proof.crowd import Crowd, Standing
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.scoring.scored import holds
from tests.worlds import World


def test_a_journal_whose_later_rows_are_gone(committed: None, acme: World) -> None:
    """What was removed, edited or taken apart since stays so; all else goes back."""
    actor = acme.system()
    with acme.inside():
        ana, ben = (
            make_customer(actor, email=email, city="Carlton")
            for email in ("ana@example.com", "ben@example.com")
        )
        set_tags(actor=actor, customer_id=ben.pk, names=["vip", "golf"])
        order = place_order(ben)
        note, lost = (
            Note.objects.create(company=acme.company, customer=ben, text=text, author_name="x")
            for text in ("kept", "lost")
        )
        merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
        point = ContactPoint.objects.get(value="ben@example.com")
        remove_contact_point(actor=actor, contact_point_id=point.pk)
        set_tags(actor=actor, customer_id=ana.pk, names=["golf"])
        remove_order(actor=actor, order_id=order.pk, reason="a test order")
        survivor = Customer.objects.get(pk=ana.pk)
        changes = {"city": "Fitzroy"}
        edit_customer(actor=actor, customer_id=ana.pk, version=survivor.version, changes=changes)
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM customers_note WHERE id = %s", [lost.pk])
    crowd = Crowd(acme, records=[ana.pk, ben.pk])
    crowd.standing[merge.pk] = Standing(ana.pk, [ben.pk])
    crowd.belongs |= {("order", order.pk): ben.pk, ("note", note.pk): ben.pk}
    crowd.undo(merge.pk)
    crowd.check(orders=False)
    with acme.inside():
        assert holds()
        assert Customer.objects.get(pk=ana.pk).city == "Fitzroy"
        assert Customer.objects.get(pk=ben.pk).city == "Carlton"
        assert not Note.objects.filter(pk=lost.pk).exists()
        assert Order.objects.get(pk=order.pk).removed_at is not None
        tags = Customer.objects.get(pk=ben.pk).tags.values_list("name", flat=True)
        assert "golf" in tags
        merge.refresh_from_db()
        assert merge.state == MergeState.UNDONE


def test_what_people_gave_away_in_between_stays(committed: None, acme: World) -> None:
    """Even when whom they gave it to becomes part of the same survivor later."""
    actor = acme.system()
    with acme.inside():
        ana, ben, cleo, dan = (make_customer(actor).pk for _ in range(4))
        order = place_order(Customer.objects.get(pk=ana))
        first = merge_customers(actor=actor, survivor_id=ben, others=[ana])
        link_order(actor=actor, order_id=order.pk, customer_id=cleo)
        second = merge_customers(actor=actor, survivor_id=dan, others=[ben, cleo])
        undo_merge(actor=actor, merge_id=first.pk)
        assert Order.objects.get(pk=order.pk).customer_id == dan
        undo_merge(actor=actor, merge_id=second.pk)
        assert Order.objects.get(pk=order.pk).customer_id == cleo
        assert holds()


def test_what_people_took_away_stays_away(committed: None, acme: World) -> None:
    """An order taken off the survivor; and one given to somebody whom the survivor becomes."""
    actor = acme.system()
    with acme.inside():
        ana, ben, cleo = (make_customer(actor).pk for _ in range(3))
        nobodys, cleos = (place_order(Customer.objects.get(pk=ana)) for _ in range(2))
        first = merge_customers(actor=actor, survivor_id=ben, others=[ana])
        unlink_order(actor=actor, order_id=nobodys.pk)
        link_order(actor=actor, order_id=cleos.pk, customer_id=cleo)
        merge_customers(actor=actor, survivor_id=cleo, others=[ben])
        undo_merge(actor=actor, merge_id=first.pk)
        assert Order.objects.get(pk=nobodys.pk).customer_id is None
        assert Order.objects.get(pk=cleos.pk).customer_id == cleo
        assert holds()
