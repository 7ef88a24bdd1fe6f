"""What staff write down about a customer."""

from uuid import UUID

from django.db import transaction

from crm import audit, outbox
from crm.actors import Actor
from crm.roles import Action
from customers.models import Note
from customers.services.activity import touch
from customers.services.customer_fields import clean_paragraphs
from customers.services.live_customer import require_live_customer

NOTE_LENGTH = 4000


@transaction.atomic
def add_note(*, actor: Actor, customer_id: UUID, text: str) -> Note:
    """A remark under the author's name, at most 4,000 characters.

    Raises InvalidInput at `text`, NotFound, and Conflict for a merged or deleted customer.
    """
    actor.require(Action.ADD_NOTE)
    text = clean_paragraphs("text", text, length=NOTE_LENGTH)
    # Locked before the note refers to it: a merge that came before `touch` would close a circle.
    customer = require_live_customer(customer_id, lock=True)
    note = Note.objects.create(
        company=actor.company,
        customer=customer,
        text=text,
        author=actor.staff,
        author_name=actor.name,
    )
    touch(customer_id=customer.pk, at=note.created_at)
    audit.record(
        actor=actor, action="customer.note_added", subject=customer, new={"note_id": note.pk}
    )
    outbox.publish(actor=actor, topic="customer.note_added", payload={"customer_id": customer.pk})
    return note
