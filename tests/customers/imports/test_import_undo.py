"""A whole import taken back: what it made goes, what it changed is put back, the rest stays."""

import pytest

from crm.models.file_import import ImportPhase, ImportState
from crm.roles import Role
from customers.models import ContactImport, ContactPoint, Customer, Note
from customers.models.customer import RecordState
from customers.services import contact_import_undo
from customers.services.contact_import_undo import run_undo
from customers.services.contact_imports import undo_import
from customers.services.edit import edit_customer
from customers.services.identify import identify
from customers.services.merge import merge_customers
from customers.services.notes import add_note
from customers.services.removal import restore_customer
from customers.services.viewing import record_view
from tests.factories.contact_imports import imported, people_file, sums
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World

HEADER = "Name,Phone,Email,City,Notes,Tags"


def undone(world: World, one: ContactImport) -> ContactImport:
    undo_import(actor=world.actor(Role.ADMIN), import_id=one.pk)
    run_undo(company_id=world.company.pk, import_id=one.pk)
    one.refresh_from_db()
    assert one.state == ImportState.UNDONE
    return one


def named(name: str) -> Customer:
    return Customer.objects.get(full_name=name)


def kept_because(one: ContactImport) -> list[str]:
    return list(one.problems.filter(phase=ImportPhase.UNDOING).values_list("message", flat=True))


def test_what_it_made_and_nobody_used_goes_softly(acme: World) -> None:
    rows = [(name, f"041234567{n}", "", "", "a note", "tag") for n, name in enumerate("ABCDEF")]
    one = imported(acme, people_file(*rows, header=HEADER))
    actor = acme.actor(Role.ADMIN)
    record_view(actor=actor, customer=named("A"))  # to look is no use
    add_note(actor=actor, customer_id=named("B").pk, text="called")
    place_order(named("C"))
    merge_customers(actor=actor, survivor_id=named("E").pk, others=[named("D").pk], reason="x")
    undone(acme, one)
    states = dict(Customer.objects.values_list("full_name", "record_state"))
    deleted = {name for name, state in states.items() if state == RecordState.DELETED}
    assert deleted == {"A", "F"}
    assert (one.undo_report["removed"], one.undo_report["kept"]) == (2, 4)
    assert len(kept_because(one)) == 4
    assert identify(actor=actor, phone="+61412345670").customer is None
    again = imported(acme, people_file(*rows[:1], header=HEADER))
    assert sums(again) == {"new": 1}
    assert restore_customer(
        actor=actor,
        customer_id=Customer.objects.get(full_name="A", record_state=RecordState.DELETED).pk,
    ).now_shared


def test_what_it_changed_is_put_back(acme: World) -> None:
    actor = acme.actor(Role.ADMIN)
    ana = make_customer(actor, name="Ana Lim", phone="0412345678")
    bo = make_customer(actor, name="Bo Chen", phone="0412345679")
    before = Customer.objects.values("full_name", "city", "birthday").get(pk=ana.pk)
    content = people_file(
        ("Ana Lim", "0412345678", "ana@example.com", "Hobart", "tall", "vip"),
        ("Bo Chen", "0412345679", "", "Perth", "", ""),
        header=HEADER,
    )
    one = imported(acme, content)
    assert sums(one) == {"updated": 2}
    edit_customer(
        actor=actor, customer_id=bo.pk, version=named("Bo Chen").version, changes={"city": "Cairns"}
    )
    undone(acme, one)
    assert Customer.objects.values("full_name", "city", "birthday").get(pk=ana.pk) == before
    assert not ContactPoint.objects.filter(kind="email").exists()
    assert not Note.objects.exists()
    assert not ana.tags.exists()
    assert named("Bo Chen").city == "Cairns"
    assert kept_because(one) == [f"Customer {bo.code}: city changed since and stays."]


def test_a_number_that_it_shared_identifies_again(acme: World) -> None:
    actor = acme.actor(Role.ADMIN)
    ana = make_customer(actor, name="Ana Lim", phone="0412345678")
    one = imported(acme, people_file(("Bo Chen", "0412345678", "")), asks_who_is_here=False)
    assert ContactPoint.objects.filter(is_shared=True).count() == 2
    undone(acme, one)
    found = identify(actor=actor, phone="+61412345678")
    assert found.customer is not None
    assert found.customer.pk == ana.pk


def test_a_killed_undo_is_followed_by_one_that_goes_on(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_import_undo, "BATCH", 1)
    one = imported(acme, people_file(("Ana", "0412345678", ""), ("Bo", "0412345679", "")))
    undo_import(actor=acme.actor(Role.ADMIN), import_id=one.pk)
    delete, calls = contact_import_undo.delete_customers, []

    def dies_at_the_second(**given: object) -> int:
        calls.append(given)
        if len(calls) == 2:
            raise SystemExit
        return delete(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(contact_import_undo, "delete_customers", dies_at_the_second)
    with pytest.raises(SystemExit):
        run_undo(company_id=acme.company.pk, import_id=one.pk)
    assert Customer.objects.live().count() == 1
    ContactImport.objects.filter(pk=one.pk).update(heartbeat_at=None)
    run_undo(company_id=acme.company.pk, import_id=one.pk)
    one.refresh_from_db()
    assert (one.state, one.undo_report["removed"]) == (ImportState.UNDONE, 2)
