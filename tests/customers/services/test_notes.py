"""What staff write down."""

import pytest

from crm.errors import Conflict, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Customer, Note
from customers.services.notes import add_note
from customers.services.removal import delete_customer
from tests.factories.customers import make_customer
from tests.worlds import World


def test_a_note_keeps_its_lines_and_author_and_is_the_last_activity(acme: World) -> None:
    ana = make_customer(acme.system())
    author = acme.actor(Role.FINANCE)
    note = add_note(actor=author, customer_id=ana.pk, text=" Paid late.\n\nCall her son. \n")
    assert (note.text, note.author_name) == ("Paid late.\n\nCall her son.", author.name)
    assert note.author == author.staff
    assert Customer.objects.get(pk=ana.pk).last_activity_at == note.created_at
    assert AuditEvent.objects.get(action="customer.note_added").new == {"note_id": str(note.pk)}


@pytest.mark.parametrize("text", ["", " \n ", "x" * 4001, "a\x00b", "a\ud800b"])
def test_bad_text_is_refused(acme: World, text: str) -> None:
    ana = make_customer(acme.system())
    with pytest.raises(InvalidInput) as refused:
        add_note(actor=acme.system(), customer_id=ana.pk, text=text)
    assert list(refused.value.fields) == ["text"]
    assert not Note.objects.exists()


def test_four_thousand_characters_fit(acme: World) -> None:
    ana = make_customer(acme.system())
    assert len(add_note(actor=acme.system(), customer_id=ana.pk, text="ü" * 4000).text) == 4000


def test_not_on_a_deleted_customer_nor_by_a_stranger(acme: World, globex: World) -> None:
    ana = make_customer(acme.system())
    with globex.inside(), pytest.raises(NotFound):
        add_note(actor=globex.system(), customer_id=ana.pk, text="Hello")
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="Test")
    with pytest.raises(Conflict):
        add_note(actor=acme.system(), customer_id=ana.pk, text="Hello")
