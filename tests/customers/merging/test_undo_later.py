"""Undoing a merge after people went on: what is newer stays, all else goes back."""

from uuid import UUID

import pytest

from crm.errors import InvalidInput
from customers.models import ContactPoint, Customer, CustomerTag, MatchDecision, Merge, Note
from customers.models.duplicate import Verdict
from customers.selectors.undo_preview import UndoPreview, preview_undo
from customers.services.contact_points import make_primary, mark_invalid, remove_contact_point
from customers.services.edit import edit_customer
from customers.services.merge import merge_customers
from customers.services.notes import add_note
from customers.services.tags import set_tags
from customers.services.undo_merge import undo_merge
from leads.models import Lead
from leads.services.status import change_status
from scoring.models import Order
from tests.customers.merging.people import twins
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.factories.placed_orders import place_order
from tests.worlds import World


def merged(world: World, survivor: Customer, *others: Customer) -> Merge:
    """The first one takes in the others."""
    return merge_customers(
        actor=world.system(), survivor_id=survivor.pk, others=[one.pk for one in others]
    )


def seen(world: World, merge: Merge) -> UndoPreview:
    """What undoing would do."""
    return preview_undo(actor=world.system(), merge_id=merge.pk)


def undo(world: World, merge: Merge, **goes_to: str) -> None:
    """Undo it with the default answers."""
    undo_merge(actor=world.system(), merge_id=merge.pk, goes_to=goes_to)


def emails(customer: Customer) -> set[str]:
    """The e-mails of a customer."""
    rows = ContactPoint.objects.filter(customer=customer, kind="email")
    return set(rows.values_list("value", flat=True))


def test_an_edited_field_keeps_its_newer_value(acme: World) -> None:
    actor = acme.system()
    ana, ben = make_customer(actor), make_customer(actor, city="Carlton", birthday="1990-05-17")
    merge = merged(acme, ana, ben)
    ana.refresh_from_db()
    assert ana.city == "Carlton"
    edit_customer(actor=actor, customer_id=ana.pk, version=ana.version, changes={"city": "Fitzroy"})
    preview = seen(acme, merge)
    assert not preview.exact
    assert [(one.kind, one.relation) for one in preview.changes] == [
        ("edited", "customers.Customer")
    ]
    undo(acme, merge)
    ana.refresh_from_db()
    assert (ana.city, ana.birthday) == ("Fitzroy", None)


def test_edited_rows_go_back_as_they_are_now(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    lead = make_lead(actor, branch=acme.north, customer=ben)
    merge = merged(acme, ana, ben)
    change_status(actor=actor, lead_id=lead.pk, version=lead.version, status="working")
    point = ContactPoint.objects.get(value="ben@example.com")
    mark_invalid(actor=actor, contact_point_id=point.pk)
    make_primary(actor=actor, contact_point_id=point.pk)
    assert {one.kind for one in seen(acme, merge).changes} == {"edited"}
    undo(acme, merge)
    lead.refresh_from_db()
    point.refresh_from_db()
    assert (lead.customer_id, lead.status) == (ben.pk, "working")
    assert (point.customer_id, point.is_invalid, point.is_primary) == (ben.pk, True, True)
    for one in (ana, ben):
        mains = ContactPoint.objects.filter(customer=one, is_primary=True)
        assert sorted(mains.values_list("kind", flat=True)) == ["email", "phone"]


@pytest.mark.parametrize("answer", ["gone", "back"])
def test_a_deleted_row_stays_deleted_or_is_put_back(acme: World, answer: str) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    set_tags(actor=actor, customer_id=ben.pk, names=["vip"])
    merge = merged(acme, ana, ben)
    point = ContactPoint.objects.get(value="ben@example.com")
    remove_contact_point(actor=actor, contact_point_id=point.pk)
    set_tags(actor=actor, customer_id=ana.pk, names=[])
    changes = seen(acme, merge).changes
    assert [one.chosen for one in changes] == ["gone", "gone"]
    undo(acme, merge, **{one.key: answer for one in changes})
    kept = answer == "back"
    assert emails(ben) == ({"ben@example.com"} if kept else set())
    assert CustomerTag.objects.filter(customer=ben).exists() is kept


def test_a_number_that_somebody_else_got_since_is_shared(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    merge = merged(acme, ana, ben)
    point = ContactPoint.objects.get(value="ben@example.com")
    remove_contact_point(actor=actor, contact_point_id=point.pk)
    make_customer(actor, email="ben@example.com")
    (change,) = seen(acme, merge).changes
    undo(acme, merge, **{change.key: "back"})
    shared = ContactPoint.objects.filter(value="ben@example.com")
    assert list(shared.values_list("is_shared", flat=True)) == [True, True]


def test_added_rows_stay_or_go_where_they_belong(acme: World) -> None:
    """The e-mail on an order says whose it is; otherwise the survivor keeps the row."""
    actor = acme.system()
    ana, ben = twins(acme)
    merge = merged(acme, ana, ben)
    known = place_order(ana, buyer_email_key="ben@example.com")
    unknown = place_order(ana)
    note = add_note(actor=actor, customer_id=ana.pk, text="called")
    changes = {UUID(one.row_id): one for one in seen(acme, merge).changes}
    assert changes[known.pk].chosen == str(ben.pk)
    assert changes[unknown.pk].chosen == changes[note.pk].chosen == str(ana.pk)
    assert [value for value, _ in changes[note.pk].options] == [str(ana.pk), str(ben.pk)]
    with pytest.raises(InvalidInput):
        undo(acme, merge, **{changes[note.pk].key: str(note.pk)})
    undo(acme, merge, **{changes[note.pk].key: str(ben.pk)})
    assert Order.objects.get(pk=known.pk).customer_id == ben.pk
    assert Order.objects.get(pk=unknown.pk).customer_id == ana.pk
    assert Note.objects.get(pk=note.pk).customer_id == ben.pk


def test_a_lead_that_was_closed_stays_so_where_another_is_open_now(acme: World) -> None:
    actor = acme.system()
    ana, ben = twins(acme)
    closed = make_lead(actor, branch=acme.north, customer=ana)
    going_on = make_lead(actor, branch=acme.north, customer=ben)
    merge = merged(acme, ana, ben)
    change_status(actor=actor, lead_id=going_on.pk, version=1, status="won")
    make_lead(actor, branch=acme.north, customer=ana)
    undo(acme, merge)
    closed.refresh_from_db()
    assert closed.status == "disqualified"
    assert Lead.objects.get(pk=going_on.pk).customer_id == ben.pk


def test_rows_moved_on_by_hand_stay_there(acme: World) -> None:
    ana, ben = twins(acme)
    carl = make_customer(acme.system())
    order = place_order(ben)
    merge = merged(acme, ana, ben)
    Order.objects.filter(pk=order.pk).update(customer=carl)
    (change,) = seen(acme, merge).changes
    assert (change.kind, change.options) == ("moved_on", ())
    undo(acme, merge)
    assert Order.objects.get(pk=order.pk).customer_id == carl.pk


@pytest.mark.parametrize("order_of_undos", [(0, 1), (1, 0)])
def test_chains_come_apart_in_any_order(acme: World, order_of_undos: tuple[int, int]) -> None:
    """carl ← ana ← ben: whichever merge is undone first, everybody has their own in the end."""
    actor = acme.system()
    ana, ben = twins(acme)
    carl = make_customer(actor, email="carl@example.com")
    orders = {one.pk: place_order(one).pk for one in (ana, ben, carl)}
    merges = [merged(acme, ana, ben), merged(acme, carl, ana)]
    first, second = order_of_undos
    assert seen(acme, merges[first]).exact is (first == 1)
    undo(acme, merges[first])
    if first == 0:
        assert emails(ben) == {"ben@example.com"}
        assert emails(carl) == {"ana@example.com", "carl@example.com"}
    undo(acme, merges[second])
    assert Customer.objects.live().count() == 3
    assert {pk: Order.objects.get(pk=order).customer_id for pk, order in orders.items()} == {
        pk: pk for pk in orders
    }
    assert emails(ana) == {"ana@example.com"}
    mains = ContactPoint.objects.filter(is_primary=True)
    assert mains.count() == 6


def test_what_was_undone_and_merged_elsewhere_is_not_taken_from_there(acme: World) -> None:
    """ben left ana's merge and became part of carl by himself; undoing ana's leaves him there."""
    ana, ben = twins(acme)
    carl = make_customer(acme.system(), email="carl@example.com")
    order = place_order(ben)
    first, second = merged(acme, ana, ben), merged(acme, carl, ana)
    undo(acme, first)
    third = merged(acme, carl, ben)
    undo(acme, second)
    assert emails(carl) == {"carl@example.com", "ben@example.com"}
    undo(acme, third)
    assert Order.objects.get(pk=order.pk).customer_id == ben.pk


def test_the_pair_is_no_duplicate_from_then_on(acme: World) -> None:
    ana, ben = twins(acme)
    undo(acme, merged(acme, ana, ben))
    decision = MatchDecision.objects.get()
    assert {decision.left_id, decision.right_id} == {ana.pk, ben.pk}
    assert decision.verdict == Verdict.NOT_DUPLICATE
