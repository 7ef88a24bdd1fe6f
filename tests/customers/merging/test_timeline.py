"""What the timeline of a survivor tells, and that of a record that is separate again."""

from customers.selectors.timeline import timeline
from customers.services.edit import edit_customer
from customers.services.merge import merge_customers
from customers.services.undo_merge import undo_merge
from tests.factories.customers import make_customer
from tests.worlds import World


def test_the_survivor_tells_what_was_changed_on_what_it_took_in(acme: World) -> None:
    actor = acme.system()
    ana, ben, carl = (make_customer(actor, name=name) for name in ("Ana", "Ben", "Carl"))
    changes = {"city": "Carlton"}
    edit_customer(actor=actor, customer_id=carl.pk, version=1, changes=changes)
    merge_customers(actor=actor, survivor_id=ben.pk, others=[carl.pk])
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk], reason="same")
    told = timeline(actor=actor, customer_id=ana.pk)
    assert "City: – → Carlton" in [entry.detail for entry in told if entry.kind == "edit"]
    merges = [(entry.title, entry.detail) for entry in told if entry.kind == "merge"]
    assert (f"Took in {ben}", "same") in merges
    assert (f"Became part of {ben}", "") in merges
    undo_merge(actor=actor, merge_id=merge.pk)
    newest = {
        one.pk: timeline(actor=actor, customer_id=one.pk, kinds=["merge"])[0].title
        for one in (ana, ben)
    }
    assert newest == {ana.pk: f"Separated from {ben}", ben.pk: f"Separated from {ana}"}
