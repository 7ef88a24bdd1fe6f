"""The database is the last line: what no lead may be, whoever writes it."""

from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction

from crm.models.tenant import new_id
from customers.models import Customer
from leads.models import Lead, LeadEvent, LeadSource
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World

INSERT = """
INSERT INTO leads_lead
       (id, company_id, created_at, updated_at, customer_id, branch_id, source_id, owner_id,
        external_id, full_name, phone, phone_as_typed, email, status, follow_up_at, attempts,
        reason, remarks, interest, variant, location, received_at, last_activity_at, closed_at,
        version)
VALUES (%(id)s, %(company)s, now(), now(), %(customer)s, %(branch)s, %(source)s, %(owner)s,
        %(external_id)s, '', %(phone)s, '', '', %(status)s, %(follow_up_at)s, 0,
        %(reason)s, %(remarks)s, '', '', '', now(), now(), %(closed_at)s, 1)
"""
AT = "2026-01-01T10:00:00Z"


def insert(world: World, **values: Any) -> None:
    row = {
        "id": new_id(),
        "company": world.company.pk,
        "customer": None,
        "branch": world.north.pk,
        "source": None,
        "owner": None,
        "external_id": "",
        "phone": "",
        "status": "new",
        "follow_up_at": None,
        "reason": "",
        "remarks": "",
        "closed_at": None,
        **values,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, row)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("lead_status_known", {"status": "fresh"}),
        ("lead_pending_has_follow_up", {"status": "pending", "remarks": "x"}),
        ("lead_pending_has_follow_up", {"status": "pending", "follow_up_at": AT}),
        ("lead_closed_with_a_reason", {"status": "lost", "closed_at": AT}),
        ("lead_closed_with_a_reason", {"status": "disqualified", "closed_at": AT}),
        ("lead_closed_at_some_time", {"status": "won"}),
        ("lead_closed_at_some_time", {"status": "working", "closed_at": AT}),
        ("lead_phone_is_canonical", {"phone": "0412345678"}),
        ("lead_phone_is_canonical", {"phone": "+0412345678"}),
    ],
)
def test_what_a_lead_cannot_be(acme: World, constraint: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        insert(acme, **values)


def test_a_sound_lead_is_taken(acme: World) -> None:
    insert(acme, status="pending", follow_up_at=AT, remarks="x", phone="+61412345678")
    insert(acme, status="lost", closed_at=AT, reason="x")
    assert Lead.objects.count() == 2


def test_one_open_lead_a_customer_and_branch(acme: World) -> None:
    customer = make_customer(acme.actor()).pk
    insert(acme, customer=customer)
    insert(acme, customer=customer, branch=acme.south.pk)
    insert(acme, customer=customer, branch=None)
    insert(acme, customer=customer, status="lost", closed_at=AT, reason="x")
    for branch in (acme.north.pk, None):
        with pytest.raises(IntegrityError, match="lead_one_open_a_customer_and_branch"):
            insert(acme, customer=customer, branch=branch, status="qualified")


def test_leads_without_a_customer_may_be_many(acme: World) -> None:
    for _ in range(2):
        insert(acme, phone="+61412345678")


def test_an_external_id_once_a_source(acme: World) -> None:
    source = LeadSource.objects.get(kind="telephony").pk
    insert(acme, source=source, external_id="call-1")
    with pytest.raises(IntegrityError, match="lead_external_id_in_source"):
        insert(acme, source=source, external_id="call-1")


def test_nothing_points_into_another_company(acme: World, globex: World) -> None:
    with globex.inside():
        theirs = {
            "customer": make_customer(globex.actor()).pk,
            "branch": globex.north.pk,
            "source": LeadSource.objects.get(kind="walk_in").pk,
            "owner": next(iter(globex.staff.values())).pk,
        }
    for column, key in theirs.items():
        with pytest.raises(IntegrityError, match=f"lead_{column}_fk"):
            insert(acme, **{column: key})


def test_nobody_writes_for_another_company(acme: World, globex: World) -> None:
    with pytest.raises(Error, match="row-level security"):
        insert(acme, company=globex.company.pk, branch=None)


def test_history_is_only_added_to(acme: World) -> None:
    lead = make_lead(acme.actor(), branch=acme.north)
    for sql in ("UPDATE leads_leadevent SET remarks = 'x'", "DELETE FROM leads_leadevent"):
        with (
            pytest.raises(Error, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert LeadEvent.objects.filter(lead=lead).count() == 1


def test_without_a_company_there_is_nothing(committed: None, acme: World) -> None:
    with acme.inside():
        make_legacy_lead(acme.north)
        make_lead(acme.actor(), branch=acme.north)
    assert not Lead.objects.exists()
    assert not LeadEvent.objects.exists()
    assert not Customer.objects.exists()
