"""The audit trail: complete, chained, append-only."""

import itertools
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from crm import audit
from crm.actors import Door
from crm.models import AuditEvent
from crm.roles import Role
from tests.threads import run_threads
from tests.worlds import World


def broken_rows() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, why FROM audit_broken_rows()")
        return cursor.fetchall()


def test_says_who_what_when_where_and_why(acme: World) -> None:
    actor = acme.actor(Role.MANAGER, door=Door.ADMIN)
    audit.record(
        actor=actor,
        action="branch.renamed",
        subject=acme.north,
        old={"name": "North"},
        new={"name": "Nord"},
        reason="moved",
    )
    event = AuditEvent.objects.get()
    assert event.actor_staff_id == acme.staff[Role.MANAGER].pk
    assert event.actor_name == acme.staff[Role.MANAGER].display_name
    assert (event.door, event.action, event.reason) == ("admin", "branch.renamed", "moved")
    assert (event.subject_type, event.subject_id) == ("crm.branch", str(acme.north.pk))
    assert (event.old, event.new) == ({"name": "North"}, {"name": "Nord"})
    assert event.at is not None


def test_values_become_plain(acme: World) -> None:
    ident = uuid4()
    plain = audit.plain(
        {
            "id": ident,
            "day": date(2026, 11, 21),
            "sum": Decimal("1.50"),
            "who": acme.north,
            "t": (1,),
        }
    )
    assert plain == {
        "id": str(ident),
        "day": "2026-11-21",
        "sum": "1.50",
        "who": str(acme.north.pk),
        "t": [1],
    }


def test_only_changes_are_old_and_new(acme: World) -> None:
    assert audit.changed_values(acme.north, {"name": "Nord", "city": ""}) == (
        {"name": "North"},
        {"name": "Nord"},
    )


def test_the_chain_holds(acme: World) -> None:
    for _ in range(3):
        audit.record(actor=acme.system(), action="branch.seen", subject=acme.north)
    audit.record_many(
        actor=acme.system(), action="branch.seen", subjects={acme.north: {}, acme.south: {}}
    )
    events = list(AuditEvent.objects.order_by("id"))
    assert [event.position for event in events] == [1, 2, 3, 4, 5]
    assert all(
        bytes(later.previous_hash) == bytes(earlier.row_hash)
        for earlier, later in itertools.pairwise(events)
    )
    assert broken_rows() == []


@pytest.mark.parametrize(
    "statement", ["UPDATE crm_auditevent SET action = 'x'", "DELETE FROM crm_auditevent"]
)
def test_the_app_changes_nothing(acme: World, statement: str) -> None:
    audit.record(actor=acme.system(), action="branch.seen", subject=acme.north)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_even_the_owner_is_stopped_and_tampering_shows(committed: None, acme: World) -> None:
    with acme.inside():
        for _ in range(3):
            audit.record(actor=acme.system(), action="branch.seen", subject=acme.north)
    with connections["owner"].cursor() as cursor:
        with pytest.raises(ProgrammingError, match="append-only"):
            cursor.execute("DELETE FROM crm_auditevent")
        cursor.execute("ALTER TABLE crm_auditevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE crm_auditevent SET actor_name = 'somebody else' WHERE position = 2")
        cursor.execute("DELETE FROM crm_auditevent WHERE position = 1")
        cursor.execute("ALTER TABLE crm_auditevent ENABLE TRIGGER USER")
    with acme.inside():
        assert [why for _, why in broken_rows()] == ["changed"]
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE crm_auditevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM crm_auditevent WHERE position = 2")
        cursor.execute("ALTER TABLE crm_auditevent ENABLE TRIGGER USER")
    with acme.inside():
        assert [why for _, why in broken_rows()] == ["the row before is missing"]


def test_writers_side_by_side_neither_wait_nor_break_the_chain(
    committed: None, acme: World
) -> None:
    def write(number: int) -> None:
        for _ in range(10):
            with acme.inside():
                audit.record(actor=acme.system(), action="branch.seen", subject=acme.north)

    run_threads(8, write)
    with acme.inside():
        assert AuditEvent.objects.count() == 80
        assert broken_rows() == []


def test_another_company_sees_no_trail(acme: World, globex: World) -> None:
    audit.record(actor=acme.system(), action="branch.seen", subject=acme.north)
    with globex.inside():
        assert AuditEvent.objects.count() == 0
        assert broken_rows() == []
