"""What happened with a customer, newest first, from all sources."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.errors import InvalidInput
from crm.roles import Role
from customers.models import Note, StageChange
from customers.selectors import panels
from customers.selectors import timeline as timeline_module
from customers.selectors.panels import Panel, panels_of, register_panel
from customers.selectors.timeline import (
    TimelineEntry,
    read_cursor,
    register_timeline_source,
    timeline,
)
from customers.services.consent import record_consent
from customers.services.contact_points import add_contact_point, mark_invalid
from customers.services.edit import edit_customer
from customers.services.notes import add_note
from customers.services.removal import delete_customer, restore_customer
from customers.services.stage import change_stage
from customers.services.tags import set_tags
from customers.services.viewing import record_view
from leads.models import LeadEvent
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

OWN = ("note", "stage", "consent", "edit")


def told(world: World, customer_id: Any, **options: Any) -> list[tuple[str, str, str]]:
    options.setdefault("kinds", OWN)
    entries = timeline(actor=world.actor(Role.RECEPTIONIST), customer_id=customer_id, **options)
    return [(entry.kind, entry.title, entry.detail) for entry in entries]


def test_everything_that_happened_newest_first(acme: World) -> None:
    actor = acme.system()
    ana = make_customer(actor, name="Ana Lim", phone="+61412345678", city="Perth")
    record_view(actor=acme.actor(Role.MANAGER), customer=ana)
    add_note(actor=acme.actor(Role.RECEPTIONIST), customer_id=ana.pk, text="Likes blue.")
    change_stage(actor=actor, customer_id=ana.pk, stage="lead", reason="Asked for a price")
    edit_customer(
        actor=actor,
        customer_id=ana.pk,
        version=1,
        changes={"city": "Cairns", "preferred_contact": "sms", "country": "AU"},
    )
    set_tags(actor=actor, customer_id=ana.pk, names=["VIP"])
    point = add_contact_point(actor=actor, customer_id=ana.pk, kind="email", text="ana@x.com")
    mark_invalid(actor=actor, contact_point_id=point.pk)
    record_consent(actor=actor, customer_id=ana.pk, channel="sms", granted=True, source="form")
    delete_customer(actor=actor, customer_id=ana.pk, reason="Asked for it")
    restore_customer(actor=actor, customer_id=ana.pk)
    assert told(acme, ana.pk) == [
        ("edit", "Restored", ""),
        ("edit", "Deleted", "Asked for it"),
        ("consent", "Text message: yes to marketing", "form"),
        ("edit", "Contact marked", "ana@x.com: not valid"),
        ("edit", "Contact added", "ana@x.com"),
        ("edit", "Tags changed", "Tags: – → VIP"),
        (
            "edit",
            "Details changed",
            "City: Perth → Cairns\nCountry: – → AU\nPreferred contact: – → Text message",
        ),
        ("stage", "Prospect → Lead", "Asked for a price"),
        ("note", "Note", "Likes blue."),
        ("edit", "Added", "+61412345678"),
    ]


def test_a_shared_number_and_its_later_owner_are_told(acme: World) -> None:
    ana = make_customer(acme.system(), phone="+61412345678")
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="Test")
    ben = make_customer(acme.system(), phone="+61412345678")
    restore_customer(actor=acme.system(), customer_id=ana.pk)
    assert told(acme, ana.pk)[0][2] == "Shared with somebody else by now: +61412345678"
    assert told(acme, ben.pk)[0] == ("edit", "Now a shared contact", "+61412345678")


def test_pages_and_kinds(acme: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ana = make_customer(acme.system())
    start = timezone.now() - timedelta(days=1)
    for number in range(5):
        note = add_note(actor=acme.system(), customer_id=ana.pk, text=f"Note {number}")
        Note.objects.filter(pk=note.pk).update(created_at=start + timedelta(minutes=number))
    with django_assert_num_queries(len(OWN) + 1):  # edits ask for merged records first
        first = timeline(actor=acme.system(), customer_id=ana.pk, kinds=OWN, limit=3)
    assert [entry.detail for entry in first[1:]] == ["Note 4", "Note 3"]
    rest = told(acme, ana.pk, before=first[-1].cursor)
    assert [detail for _, _, detail in rest] == ["Note 2", "Note 1", "Note 0"]
    assert told(acme, ana.pk, kinds=["stage"]) == []
    assert len(told(acme, ana.pk, kinds=["note"])) == 5


def test_events_of_one_instant_come_once_each(acme: World) -> None:
    ana = make_customer(acme.system())
    moment = timezone.now() - timedelta(days=1)
    owned = {"company": acme.company, "customer": ana}
    for number in range(7):
        note = Note.objects.create(**owned, text=f"Note {number}", author_name="Kim")
        Note.objects.filter(pk=note.pk).update(created_at=moment)
    StageChange.objects.bulk_create(
        StageChange(
            **owned,
            at=moment,
            old_stage="prospect",
            new_stage="lead",
            changed_by="Kim",
            reason=f"Change {number}",
        )
        for number in range(7)
    )
    lead = make_lead(acme.system(), branch=acme.north, customer=ana)
    LeadEvent.objects.bulk_create(
        LeadEvent(company=acme.company, lead=lead, kind="edited", at=moment, remarks=f"Edit {n}")
        for n in range(7)
    )
    everything = timeline(actor=acme.system(), customer_id=ana.pk, limit=100)
    assert [entry.at for entry in everything].count(moment) == 21
    paged: list[TimelineEntry] = []
    while page := timeline(
        actor=acme.system(),
        customer_id=ana.pk,
        before=read_cursor(paged[-1].cursor.text()) if paged else None,
        limit=5,
    ):
        paged += page
    assert paged == everything
    assert len(set(paged)) == len(paged)


@pytest.mark.parametrize("text", ["x", "2026-01-01T00:00:00+00:00", "WzFd:x", "é"])
def test_a_cursor_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="damaged"):
        read_cursor(text)


def test_strangers_see_nothing(acme: World, globex: World) -> None:
    ana = make_customer(acme.system())
    add_note(actor=acme.system(), customer_id=ana.pk, text="Private")
    with globex.inside():
        assert told(globex, ana.pk) == []


def test_other_apps_add_sources_and_panels(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_module, "_sources", dict(timeline_module._sources))
    monkeypatch.setattr(panels, "_panels", {})
    now = timezone.now() + timedelta(hours=1)
    entry = TimelineEntry(at=now, kind="order", id="1", title="Bought a ticket")
    register_timeline_source("order", lambda **_: [entry])
    register_panel("orders", "orders.html", lambda **_: {"orders": [1]})
    register_panel("nothing", "nothing.html", lambda **_: None)
    ana = make_customer(acme.system())
    assert timeline(actor=acme.system(), customer_id=ana.pk, limit=1) == [entry]
    assert panels_of(actor=acme.system(), customer_id=ana.pk) == [
        Panel(name="orders", template="orders.html", context={"orders": [1]})
    ]
