"""What other systems are told of each change, in the transaction that makes it."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.models import ChangeEvent
from crm.roles import Role
from crm.selectors import change_feed
from customers.models import Customer
from customers.models.consent import ConsentChannel
from customers.models.customer import LifecycleStage
from customers.services.consent import record_consent
from customers.services.contact_points import add_contact_point, make_primary
from customers.services.edit import edit_customer
from customers.services.merge import merge_customers
from customers.services.notes import add_note
from customers.services.removal import delete_customer, restore_customer
from customers.services.stage import change_stage
from customers.services.tags import set_tags
from customers.services.undo_merge import undo_merge
from leads.models.lead import LeadStatus
from leads.services.assignment import assign_lead
from leads.services.edit import edit_lead
from leads.services.link import link_lead
from leads.services.status import change_status
from scoring.models import Engagement, ScoreCause, ScoreChange
from scoring.orders.order_data import Buyer
from scoring.services import score_functions
from scoring.services.order_review import link_order, remove_order, restore_order, unlink_order
from scoring.services.orders import upsert_orders
from tests.factories.customers import make_customer, next_phone
from tests.factories.leads import make_lead, make_legacy_lead
from tests.factories.orders import make_order, order_data
from tests.worlds import World


def told() -> list[tuple[str, Any]]:
    """Types with what changed, oldest first; what was told is forgotten."""
    rows = list(ChangeEvent.objects.order_by("id"))
    ChangeEvent.objects.all().delete()
    return [(row.type, row.data.get("changed")) for row in rows]


def test_every_change_of_a_customer(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    ana = make_customer(actor)
    (event,) = ChangeEvent.objects.all()
    assert (event.type, event.customer_id, event.subject_id) == ("customer.created", ana.pk, ana.pk)
    assert event.data == {"customer_id": str(ana.pk), "code": ana.code}
    ChangeEvent.objects.all().delete()

    edit_customer(actor=actor, customer_id=ana.pk, version=1, changes={"city": "Perth"})
    set_tags(actor=actor, customer_id=ana.pk, names=["regular"])
    add_note(actor=actor, customer_id=ana.pk, text="Likes the window seat.")
    phone = add_contact_point(actor=actor, customer_id=ana.pk, kind="phone", text=next_phone())
    make_primary(actor=actor, contact_point_id=phone.pk)
    record_consent(
        actor=actor, customer_id=ana.pk, channel=ConsentChannel.EMAIL, granted=True, source="desk"
    )
    change_stage(actor=actor, customer_id=ana.pk, stage=LifecycleStage.CUSTOMER)
    delete_customer(actor=actor, customer_id=ana.pk, reason="asked for it")
    restore_customer(actor=actor, customer_id=ana.pk)
    assert told() == [
        ("customer.updated", ["city"]),
        ("customer.updated", ["tags"]),
        ("customer.updated", ["notes"]),
        ("customer.updated", ["phones"]),
        ("customer.updated", ["phones"]),
        ("customer.updated", ["consent"]),
        ("customer.updated", ["lifecycle_stage"]),
        ("customer.deleted", None),
        ("customer.restored", None),
    ]


def test_a_merge_names_who_lives_on(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    ana, ben = make_customer(actor), make_customer(actor)
    merge = merge_customers(actor=actor, survivor_id=ana.pk, others=[ben.pk])
    undo_merge(actor=actor, merge_id=merge.pk)
    merged, unmerged = ChangeEvent.objects.filter(type__contains="merged").order_by("id")
    own = {"customer_id": str(ana.pk), "code": ana.code, "merge_id": str(merge.pk)}
    assert merged.data == {**own, "survivor_id": str(ana.pk), "merged_ids": [str(ben.pk)]}
    assert unmerged.data == {**own, "survivor_id": str(ana.pk), "restored_ids": [str(ben.pk)]}
    # What is told later of either comes after it.
    assert merged.also_customer_ids == unmerged.also_customer_ids == [ben.pk]


def test_every_change_of_a_lead(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    ana = make_customer(actor)
    lead = make_lead(actor, branch=acme.north, customer=ana)
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    assign_lead(actor=actor, lead_id=lead.pk, owner_id=rm.pk)
    lead.refresh_from_db()
    lead = edit_lead(
        actor=actor, lead_id=lead.pk, version=lead.version, changes={"remarks": "Called."}
    )
    change_status(
        actor=actor, lead_id=lead.pk, version=lead.version, status=LeadStatus.LOST, reason="price"
    )
    waiting = make_legacy_lead(acme.north, name="Lee")
    link_lead(actor=actor, lead_id=waiting.pk, customer_id=ana.pk)
    rows = ChangeEvent.objects.filter(subject_kind="lead").order_by("id")
    assert [row.type for row in rows] == [
        "lead.created", "lead.assigned", "lead.updated", "lead.status_changed", "lead.linked",
    ]  # fmt: skip
    assert {row.customer_id for row in rows} == {ana.pk}
    assert rows[2].data["changed"] == ["remarks"]
    assert rows[3].data["status"] == "lost"
    assert rows[4].subject_id == waiting.pk


def test_every_change_of_an_order(acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    other = make_customer(actor)
    order = make_order(acme.system(), buyer=Buyer(name="Kim Lowe", email="kim@example.com"))
    link_order(actor=actor, order_id=order.pk, customer_id=other.pk)
    unlink_order(actor=actor, order_id=order.pk)
    remove_order(actor=actor, order_id=order.pk, reason="a test")
    restore_order(actor=actor, order_id=order.pk)
    rows = list(ChangeEvent.objects.filter(subject_kind="order").order_by("id"))
    assert [row.type for row in rows] == [
        "order.created", "order.linked", "order.unlinked", "order.removed", "order.restored",
    ]  # fmt: skip
    assert [row.customer_id for row in rows] == [order.customer_id, other.pk, None, None, None]
    assert rows[0].data["external_id"] == order.external_id
    assert rows[1].also_customer_ids == [order.customer_id]
    assert rows[2].data["previous_customer_id"] == str(other.pk)


def test_a_batch_is_told_in_one_statement(acme: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        upsert_orders(actor=acme.system(), orders=[order_data() for _ in range(40)])
    inserts = [each["sql"] for each in queries if "INTO crm_changeevent" in each["sql"]]
    assert len([sql for sql in inserts if "scoring_order" in sql]) == 1
    assert ChangeEvent.objects.filter(type="order.created").count() == 40


def test_what_is_rolled_back_is_not_told(acme: World) -> None:
    actor = acme.system()
    with acme.inside():
        make_customer(actor)
        connection.set_rollback(True)
    connection.set_rollback(False)
    assert not Customer.objects.exists()
    assert told() == []


def bands() -> list[tuple[str, str, str]]:
    rows = ChangeEvent.objects.filter(type="score.band_changed").order_by("id")
    return [(row.data["band_before"], row.data["band"], row.data["cause"]) for row in rows]


def test_bands_are_told_when_somebody_listens(acme: World) -> None:
    actor = acme.system()
    now = timezone.now()
    make_order(actor, ordered_at=now, buyer=Buyer(email="early@example.com"))
    assert bands() == []
    change_feed.read()
    order = make_order(actor, gross="2000", ordered_at=now)
    held = Engagement.objects.get(customer_id=order.customer_id)
    assert bands() == [("cold", held.band, "order")]

    # A whole company scored anew tells it once for each customer, however often it is asked.
    later = (now + timedelta(days=400)).date()
    score_functions.score_company(ScoreCause.RESCORE, later)
    score_functions.score_company(ScoreCause.RESCORE, later)
    ledger = ScoreChange.objects.filter(cause=ScoreCause.RESCORE).order_by("id")
    moved = [(line.band_before, line.band_after, "rescore") for line in ledger]
    assert len(moved) == 2
    assert bands()[1:] == moved
