"""Everything that is held about one person."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from crm.errors import Forbidden, NotFound
from crm.models import AuditEvent, StaffMember
from crm.roles import Role
from customers.services.person_export import export_person
from tests.crm.exports.everything import furnish, opened, rows_of
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]


def test_the_person_and_their_merged_records_and_nobody_else(acme: World) -> None:
    ana, older, other = furnish(acme)
    for asked in (ana, older):  # a merged record stands for its survivor
        customer, parts = export_person(actor=acme.actor(Role.MANAGER), customer_id=asked.pk)
        archive = opened(parts)
        assert customer.pk == ana.pk
        assert {row["id"] for row in rows_of(archive, "customers")} == {str(ana.pk), str(older.pk)}
        assert [row["text"] for row in rows_of(archive, "notes")] == [
            "Likes the window table, “12”"
        ]
        for name in ("contact_points", "leads", "lead_events", "orders", "scores", "merges"):
            assert rows_of(archive, name), name
        subjects = {row["subject_id"] for row in rows_of(archive, "audit")}
        assert subjects <= {str(ana.pk), str(older.pk)}
        assert "staff.csv" not in archive.namelist()
        assert "consent.csv" not in archive.namelist()  # there is none of theirs
        content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Nobody" not in content
        assert str(other.pk).encode() not in content
        assert customer.code in archive.read("README.txt").decode()


def test_it_is_written_down_and_only_for_those_who_may(acme: World, globex: World) -> None:
    ana, _, _ = furnish(acme)
    export_person(actor=acme.actor(Role.MANAGER), customer_id=ana.pk)
    event = AuditEvent.objects.get(action="customer.exported")
    assert (event.subject_id, event.new) == (str(ana.pk), {"records": 2})
    with pytest.raises(Forbidden):
        export_person(actor=acme.actor(Role.FINANCE), customer_id=ana.pk)
    with pytest.raises(NotFound):
        export_person(actor=acme.actor(Role.ADMIN), customer_id=uuid4())
    with globex.inside(), pytest.raises(NotFound):
        export_person(actor=globex.actor(Role.ADMIN), customer_id=ana.pk)


def test_from_the_card(acme: World, client_of: SignIn) -> None:
    ana, _, _ = furnish(acme)
    manager = client_of(acme.staff[Role.MANAGER])
    path = reverse("customers:export", args=[ana.pk])
    assert path in manager.get(reverse("customers:card", args=[ana.pk])).content.decode()
    taken = manager.post(path)
    assert f"{ana.code}-everything.zip" in taken.headers["Content-Disposition"]
    parts = [bytes(part) for part in taken.streaming_content]  # type: ignore[attr-defined]
    assert rows_of(opened(parts), "customers")
    reception = client_of(acme.staff[Role.RECEPTIONIST])
    assert path not in reception.get(reverse("customers:card", args=[ana.pk])).content.decode()
    assert reception.post(path).status_code == 403
