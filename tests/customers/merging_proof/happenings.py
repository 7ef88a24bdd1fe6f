"""What may happen to a crowd beside merging, each by the service that does it for people."""

from collections.abc import Callable
from itertools import count
from random import Random
from uuid import UUID

from crm import outbox
from crm.errors import Conflict, DuplicateFound, InvalidInput
from crm.roles import Role
from customers.models import ContactPoint, Customer, ExternalIdentity, Note, ProfileLink
from customers.models.consent import ConsentChannel
from customers.services.consent import record_consent
from customers.services.contact_points import add_contact_point, make_primary, remove_contact_point
from customers.services.edit import edit_customer
from customers.services.notes import add_note
from customers.services.removal import delete_customer, restore_customer
from customers.services.stage import change_stage
from customers.services.tags import set_tags
from leads.models import Lead
from leads.services.status import change_status
from scoring.models import Order, Segment
from scoring.orders.order_data import Buyer
from scoring.services.membership import add_member, keep_out
from scoring.services.order_review import link_order, unlink_order
from scoring.services.rechecks import recheck_batch
from scoring.services.segments import create_segment
from tests.customers.merging_proof.crowd import Crowd
from tests.factories.customers import make_customer, next_phone
from tests.factories.leads import make_lead
from tests.factories.orders import make_order
from tests.factories.placed_orders import place_order

Happening = Callable[[Crowd, Random], None]
NAMES = ("Robin Okafor", "Rob Okafor", "R. Okafor", "Robyn Okafor-Lee", "Unknown caller")
CITIES = ("", "Fitzroy", "Carlton", "Brunswick")
TAGS = ("vip", "golf", "press", "late")
BUYERS = {"all": [{"field": "orders", "op": "at_least", "value": 1}]}
MOST_RECORDS = 8
_numbers = count(1)


def newcomer(crowd: Crowd, choose: Random) -> None:
    """One more person, often with a phone, an e-mail and tags that others have too."""
    if len(crowd.records) >= MOST_RECORDS:
        return
    with crowd.world.inside():
        customer = make_customer(
            crowd.world.system(),
            name=choose.choice(NAMES),
            phone=choose.choice(["+61412000001", "+61412000002", next_phone()]),
            email=choose.choice(["", "okafor@example.com", f"r{next(_numbers)}@example.com"]),
            share=True,
            city=choose.choice(CITIES),
        )
        set_tags(
            actor=crowd.world.system(),
            customer_id=customer.pk,
            names=choose.sample(TAGS, choose.randint(0, 2)),
        )
    crowd.records.append(customer.pk)


def edit(crowd: Crowd, choose: Random) -> None:
    """Another name and city."""
    for record in _one_of(crowd.live(), choose):
        with crowd.world.inside():
            edit_customer(
                actor=crowd.world.system(),
                customer_id=record,
                version=Customer.objects.get(pk=record).version,
                changes={"full_name": choose.choice(NAMES), "city": choose.choice(CITIES)},
            )


def note(crowd: Crowd, choose: Random) -> None:
    """A remark; or one that arrives for a merged record in the moment of the merge."""
    for record in _one_of(crowd.live() + crowd.merged(), choose):
        with crowd.world.inside():
            if record in crowd.merged():
                made = Note.objects.create(
                    company=crowd.world.company, customer_id=record, text="late", author_name="x"
                )
            else:
                made = add_note(actor=crowd.world.system(), customer_id=record, text="called")
        crowd.belongs["note", made.pk] = record


def order(crowd: Crowd, choose: Random) -> None:
    """An order, also one that arrives for a merged record."""
    for record in _one_of(crowd.live() + crowd.merged(), choose):
        with crowd.world.inside():
            made = place_order(Customer.objects.get(pk=record), net=choose.randint(0, 900))
        crowd.belongs["order", made.pk] = record


def order_by_email(crowd: Crowd, choose: Random) -> None:
    """An order whose buyer is known by an e-mail: when a merge is undone, it shows whose it is."""
    points = ContactPoint.objects.filter(kind="email", is_live=True).order_by("pk")
    with crowd.world.inside():
        for point in _one_of(list(points.values_list("pk", flat=True)), choose):
            buyer = Buyer(email=ContactPoint.objects.get(pk=point).value)
            made = make_order(crowd.world.system(), buyer=buyer)
            crowd.belongs["order", made.pk] = made.customer_id


def background(crowd: Crowd, choose: Random) -> None:
    """What changes owe is done, and segments are evaluated."""
    outbox.drain(crowd.world.company.pk, limit=20)
    waiting = [
        row
        for (kind, row), record in crowd.belongs.items()
        if kind == "order" and record is None and row not in crowd.by_hand
    ]
    with crowd.world.inside():
        recheck_batch(actor=crowd.world.system())
        # Orders whose e-mail was several people's find their customer when it is one person's.
        for found in Order.objects.filter(pk__in=waiting):
            crowd.belongs["order", found.pk] = found.customer_id


def move_order(crowd: Crowd, choose: Random) -> None:
    """Staff say whose an order is, by any record's id, or that it is nobody's.

    Once for each order: of one that was taken off a survivor and given to it again, nobody can say
    whether it would go with a restored record.
    """
    orders = [row for kind, row in crowd.belongs if kind == "order" and row not in crowd.by_hand]
    for row in _one_of(orders, choose):
        crowd.by_hand.add(row)
        record = choose.choice([None, *crowd.records])
        with crowd.world.inside():
            if record is None:
                unlink_order(actor=crowd.world.system(), order_id=row)
                crowd.belongs["order", row] = None
                continue
            was = Order.objects.get(pk=row).customer_id
            try:
                link_order(actor=crowd.world.system(), order_id=row, customer_id=record)
            except InvalidInput:
                if crowd.became(record) not in crowd.deleted:
                    raise
                continue
            if was != crowd.became(record):
                crowd.belongs["order", row] = crowd.became(record)


def lead(crowd: Crowd, choose: Random) -> None:
    """An enquiry at one of the branches; a second open one is refused."""
    for record in _one_of(crowd.live(), choose):
        branch = choose.choice([crowd.world.north, crowd.world.south])
        with crowd.world.inside():
            try:
                made = make_lead(
                    crowd.world.actor(Role.MANAGER),
                    branch=branch,
                    customer=Customer.objects.get(pk=record),
                )
            except Conflict as conflict:
                if conflict.code != "open_lead":
                    raise
                continue
        crowd.belongs["lead", made.pk] = record


def work_lead(crowd: Crowd, choose: Random) -> None:
    """A lead is worked on, closed or opened again."""
    for row in _one_of([row for kind, row in crowd.belongs if kind == "lead"], choose):
        status = choose.choice(["working", "won", "lost", "qualified"])
        with crowd.world.inside():
            try:
                change_status(
                    actor=crowd.world.actor(Role.MANAGER),
                    lead_id=row,
                    version=Lead.objects.get(pk=row).version,
                    status=status,
                    reason="no answer" if status == "lost" else "",
                )
            except Conflict as conflict:
                if conflict.code != "open_lead":
                    raise


def identity(crowd: Crowd, choose: Random) -> None:
    """An account at another system, or a profile of an app, is linked."""
    for record in _one_of(crowd.live() + crowd.merged(), choose):
        number = next(_numbers)
        with crowd.world.inside():
            if choose.random() < 0.5:
                account = ExternalIdentity.objects.create(
                    company=crowd.world.company,
                    customer_id=record,
                    system="humanitix",
                    external_id=f"buyer-{number}",
                )
                crowd.belongs["identity", account.pk] = record
            else:
                profile = ProfileLink.objects.create(
                    company=crowd.world.company,
                    customer_id=record,
                    provider="chat",
                    profile_id=f"profile-{number}",
                )
                crowd.belongs["profile", profile.pk] = record


def consent(crowd: Crowd, choose: Random) -> None:
    """A yes or a no."""
    for record in _one_of(crowd.live(), choose):
        with crowd.world.inside():
            event = record_consent(
                actor=crowd.world.actor(Role.MANAGER),
                customer_id=record,
                channel=choose.choice([ConsentChannel.EMAIL, ConsentChannel.SMS]),
                granted=choose.random() < 0.6,
                source="on the phone",
            )
        if event is not None:
            crowd.belongs["consent", event.pk] = record


def tag(crowd: Crowd, choose: Random) -> None:
    """Other tags."""
    for record in _one_of(crowd.live(), choose):
        with crowd.world.inside():
            set_tags(
                actor=crowd.world.system(),
                customer_id=record,
                names=choose.sample(TAGS, choose.randint(0, 3)),
            )


def contact(crowd: Crowd, choose: Random) -> None:
    """One more phone or e-mail, one less, or another main one."""
    for record in _one_of(crowd.live(), choose):
        actor = crowd.world.system()
        with crowd.world.inside():
            points = list(ContactPoint.objects.filter(customer_id=record).order_by("pk"))
            what = choose.choice(["add", "remove", "primary"])
            if what == "add" or not points:
                kind = choose.choice(["phone", "email"])
                new = {"phone": next_phone(), "email": f"r{next(_numbers)}@example.com"}[kind]
                known = {"phone": "+61412000001", "email": "okafor@example.com"}[kind]
                try:
                    add_contact_point(
                        actor=actor,
                        customer_id=record,
                        kind=kind,
                        text=choose.choice([new, known]),
                        share=choose.random() < 0.8,
                    )
                except DuplicateFound:
                    return  # somebody else has it
                except InvalidInput as error:
                    if error.code != "known":
                        raise
            elif what == "remove":
                remove_contact_point(actor=actor, contact_point_id=choose.choice(points).pk)
            else:
                make_primary(actor=actor, contact_point_id=choose.choice(points).pk)


def segment(crowd: Crowd, choose: Random) -> None:
    """Somebody is put into a segment by hand, or kept out."""
    for record in _one_of(crowd.live(), choose):
        actor = crowd.world.system()
        with crowd.world.inside():
            kept = Segment.objects.filter(name="Buyers").first()
            kept = kept or create_segment(actor=actor, name="Buyers", rules=BUYERS)
            decide = choose.choice([add_member, keep_out])
            decide(actor=actor, segment_id=kept.pk, customer_id=record)


def stage(crowd: Crowd, choose: Random) -> None:
    """How far the relation has come, by hand."""
    for record in _one_of(crowd.live(), choose):
        with crowd.world.inside():
            change_stage(
                actor=crowd.world.actor(Role.MANAGER),
                customer_id=record,
                stage=choose.choice(["prospect", "customer", "churned"]),
                reason="they said so",
            )


def delete(crowd: Crowd, choose: Random) -> None:
    """Somebody is deleted."""
    for record in _one_of(crowd.live(), choose):
        with crowd.world.inside():
            delete_customer(actor=crowd.world.system(), customer_id=record, reason="asked for it")
        crowd.deleted.add(record)


def restore(crowd: Crowd, choose: Random) -> None:
    """Somebody deleted comes back; a merged record does not."""
    for record in _one_of(sorted(crowd.deleted) + crowd.merged(), choose):
        with crowd.world.inside():
            try:
                restore_customer(actor=crowd.world.system(), customer_id=record)
            except Conflict as conflict:
                if conflict.code != "not_deleted" or record in crowd.deleted:
                    raise
                continue
        crowd.deleted.discard(record)


def _one_of(rows: list[UUID], choose: Random) -> list[UUID]:
    return [choose.choice(sorted(rows))] if rows else []


HAPPENINGS: list[Happening] = [
    newcomer, edit, note, order, order_by_email, move_order, lead, work_lead, identity, consent,
    tag, contact, segment, stage, background, delete, restore,
]  # fmt: skip
EVERYDAY = [one for one in HAPPENINGS if one not in (delete, restore)]
