"""What the refreshed views hold, and whom they show it to."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.services.consent import record_consent
from customers.services.notes import add_note
from customers.services.removal import delete_customer
from customers.services.stage import change_stage
from scoring.models import MarketingExport, Membership, Segment, SegmentMember
from scoring.services.refresh import RefreshedView, RefreshOutcome, refresh_view
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.factories.placed_orders import place_order
from tests.worlds import World

VIEWS = list(RefreshedView)


def rows(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def renew(view: RefreshedView) -> None:
    assert refresh_view(view=view, asked_by="test") is RefreshOutcome.DONE


def lived_through(world: World) -> Customer:
    """A customer with one activity of each kind."""
    with world.inside():
        ana = make_customer(world.system(), name=f"Ana of {world.company.name}")
        place_order(ana, net="80.50", event_name="Jazz Night", external_id="A-1")
        place_order(ana, external_id="gone", removed_at=timezone.now(), removed_by="test")
        make_lead(world.actor(Role.MANAGER), branch=world.north, customer=ana)
        change_stage(
            actor=world.actor(Role.MANAGER), customer_id=ana.pk, stage="customer", reason="Bought"
        )
        add_note(actor=world.actor(Role.MANAGER), customer_id=ana.pk, text="Likes the front row.")
    return ana


def test_each_company_sees_its_own_and_nobody_else_anything(
    committed: None, acme: World, globex: World
) -> None:
    ours, theirs = lived_through(acme), lived_through(globex)
    for view in VIEWS:
        renew(view)
    for world, own in ((acme, ours), (globex, theirs)):
        with world.inside():
            for table in ("customer_activity_timeline", "customer_activity_live"):
                found = rows(f"SELECT DISTINCT company_id, customer_id FROM {table}")
                assert found == [(world.company.pk, own.pk)], table
            assert [row.customer_id for row in MarketingExport.objects.all()] == [own.pk]
    for name in (*VIEWS, "customer_activity_live"):
        assert rows(f"SELECT * FROM {name}") == [], name


@pytest.mark.parametrize("view", VIEWS)
def test_the_copy_of_all_companies_is_closed_to_the_app(db: None, view: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows(f"SELECT * FROM {view}_all")


def test_the_log_of_the_refreshes_is_closed_to_the_app(db: None) -> None:
    for statement in (
        "SELECT * FROM scoring_viewrefresh",
        "DELETE FROM scoring_viewrefresh",
        "REFRESH MATERIALIZED VIEW customer_segment_counts_all",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows(statement)


def test_the_timeline_tells_each_kind_once(committed: None, acme: World) -> None:
    ana = lived_through(acme)
    with acme.inside():
        live = rows("SELECT * FROM customer_activity_live ORDER BY activity_type, activity_id")
        assert rows("SELECT * FROM customer_activity_timeline") == []
    renew(RefreshedView.TIMELINE)
    with acme.inside():
        kept = rows("SELECT * FROM customer_activity_timeline ORDER BY activity_type, activity_id")
        kinds = rows(
            "SELECT activity_type, metadata FROM customer_activity_timeline WHERE customer_id = %s"
            " ORDER BY activity_type",
            [ana.pk],
        )
    assert kept == live
    # The lead made a prospect a lead, the manager made them a customer.
    assert [kind for kind, _ in kinds] == ["lead", "note", "order", "stage_change", "stage_change"]
    told = {kind: json.loads(metadata) for kind, metadata in kinds}
    order = told["order"]
    assert (order["order_id"], order["event_name"], order["source"]) == (
        "A-1", "Jazz Night", "humanitix",
    )  # fmt: skip
    assert (order["amount"], order["currency"], order["status"]) == (80.5, "AUD", "complete")
    assert order["purchaser"] == "Ana of Acme"
    assert told["note"]["text"] == "Likes the front row."
    assert told["lead"]["branch"] == "North"


def test_deleted_customers_leave_the_copies(committed: None, acme: World) -> None:
    ana = lived_through(acme)
    renew(RefreshedView.TIMELINE)
    with acme.inside():
        assert rows("SELECT count(*) FROM customer_activity_timeline") == [(5,)]
        delete_customer(actor=acme.actor(Role.ADMIN), customer_id=ana.pk, reason="Asked for it")
    for view in VIEWS:
        renew(view)
    with acme.inside():
        assert rows("SELECT count(*) FROM customer_activity_timeline") == [(0,)]
        assert not MarketingExport.objects.exists()


def test_marketing_knows_whom_it_may_reach_and_how(committed: None, acme: World) -> None:
    manager = acme.actor(Role.MANAGER)
    with acme.inside():
        ana = make_customer(acme.system(), name="Ana", email="ana@example.com")
        ben = make_customer(acme.system(), name="Ben", phone="", email="ben@example.com")
        for channel, granted in (("email", False), ("email", True), ("sms", False)):
            record_consent(
                actor=manager, customer_id=ana.pk, channel=channel, granted=granted, source="form"
            )
        record_consent(
            actor=manager, customer_id=ben.pk, channel="phone", granted=True, source="form"
        )
        shown, hidden, other = (
            Segment.objects.create(
                company=acme.company, slug=slug, name=slug.title(), is_active=active
            )
            for slug, active in (("vip", True), ("retired", False), ("golf", True))
        )
        for segment, how in (
            (shown, Membership.RULE),
            (hidden, Membership.RULE),
            (other, Membership.KEPT_OUT),
        ):
            SegmentMember.objects.create(
                company=acme.company, segment=segment, customer=ana, how=how, since=timezone.now()
            )
        place_order(ana, net="80.50")
    renew(RefreshedView.MARKETING)
    renew(RefreshedView.SEGMENT_COUNTS)
    with acme.inside():
        row = MarketingExport.objects.get(customer=ana)
        assert (row.consent_email, row.consent_sms, row.consent_post) == ("yes", "no", "unknown")
        assert row.contactable == ["email"]
        assert row.segments == ["vip"]
        assert (row.email, row.region, row.currency) == ("ana@example.com", "AU", "AUD")
        assert row.phone.startswith("+61")
        assert row.net in (Decimal("80.50"), Decimal(0))
        reachless = MarketingExport.objects.get(customer=ben)
        assert (reachless.phone, reachless.consent_phone, reachless.contactable) == ("", "yes", [])
        assert rows("SELECT slug, customers, kept_out FROM customer_segment_counts ORDER BY 1") == [
            ("golf", 0, 1),
            ("vip", 1, 0),
        ]


def test_a_bad_address_is_passed_over(committed: None, acme: World) -> None:
    with acme.inside():
        ana = make_customer(acme.system(), name="Ana", email="ana@example.com")
        ContactPoint.objects.create(
            company=acme.company, customer=ana, kind="email", value="second@example.com",
            as_typed="second@example.com",
        )  # fmt: skip
        ContactPoint.objects.filter(value="ana@example.com").update(is_invalid=True)
    renew(RefreshedView.MARKETING)
    with acme.inside():
        assert MarketingExport.objects.get().email == "second@example.com"
