"""Correcting what a lead says."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from crm.models import AuditEvent
from crm.roles import Role
from leads.models import Lead, LeadSource
from leads.models.lead import LeadStatus
from leads.services.edit import edit_lead
from leads.services.status import change_status
from tests.factories.leads import make_lead
from tests.worlds import World


@pytest.fixture
def lead(acme: World) -> Lead:
    return make_lead(acme.actor(), branch=acme.north, interest="Comet", remarks="wants blue")


def edit(world: World, lead: Lead, role: Role = Role.RECEPTIONIST, **changes: Any) -> Lead:
    return edit_lead(
        actor=world.actor(role), lead_id=lead.pk, version=lead.version, changes=changes
    )


def test_fields_are_set_and_emptied(acme: World, lead: Lead) -> None:
    source = LeadSource.objects.get(kind="telephony")
    edited = edit(
        acme,
        lead,
        full_name="Lee Marsh-Ito",
        phone_text="(02) 9374 4000",
        email_text="Lee@Marsh.example.org",
        interest="",
        source_id=source.pk,
    )
    stored = Lead.objects.get(pk=lead.pk)
    assert (stored.phone, stored.phone_as_typed) == ("+61293744000", "(02) 9374 4000")
    assert (stored.email, stored.interest, stored.source) == ("lee@marsh.example.org", "", source)
    assert (stored.version, stored.attempts) == (2, 0)
    assert edited.events.order_by("-id")[0].kind == "edited"
    audited = AuditEvent.objects.get(action="lead.updated")
    assert (audited.old["interest"], audited.new["interest"]) == ("Comet", "")


def test_nothing_new_writes_nothing(acme: World, lead: Lead) -> None:
    assert edit(acme, lead, interest="Comet ", remarks="wants blue").version == 1
    assert not AuditEvent.objects.filter(action="lead.updated").exists()


def test_all_errors_at_once(acme: World, lead: Lead) -> None:
    with pytest.raises(InvalidInput) as refused:
        edit(acme, lead, phone_text="123", email_text="x", interest="x" * 201, variant="\x00")
    assert set(refused.value.fields) == {"phone", "email", "interest", "variant"}


def test_status_and_owner_are_not_edited_here(acme: World, lead: Lead) -> None:
    for name in ("status", "owner_id", "customer_id", "attempts"):
        with pytest.raises(InvalidInput) as refused:
            edit(acme, lead, **{name: "won"})
        assert refused.value.code == "unknown_field"


def test_a_pending_lead_keeps_follow_up_and_remarks(acme: World, lead: Lead) -> None:
    pending = change_status(
        actor=acme.actor(),
        lead_id=lead.pk,
        version=1,
        status=LeadStatus.PENDING,
        follow_up_at=timezone.now() + timedelta(days=1),
        remarks="call back",
    )
    for changes in ({"remarks": ""}, {"follow_up_at": None}):
        with pytest.raises(InvalidInput) as refused:
            edit(acme, pending, **changes)
        assert list(refused.value.fields) == list(changes)
    assert edit(acme, pending, follow_up_at=pending.follow_up_at).version == pending.version


def test_a_closed_lead_gets_no_follow_up(acme: World, lead: Lead) -> None:
    lost = change_status(
        actor=acme.actor(), lead_id=lead.pk, version=1, status="lost", reason="too far"
    )
    with pytest.raises(InvalidInput):
        edit(acme, lost, follow_up_at=timezone.now() + timedelta(days=1))


def test_somebody_else_saved_first(acme: World, lead: Lead) -> None:
    edit(acme, lead, interest="Meteor")
    with pytest.raises(StaleVersion) as refused:
        edit(acme, lead, interest="Comet SE", variant="Long")
    assert refused.value.details["current"] == {"interest": "Meteor", "variant": ""}
    assert refused.value.details["yours"] == {"interest": "Comet SE", "variant": "Long"}


def test_strangers(acme: World, globex: World, lead: Lead) -> None:
    with pytest.raises(NotFound):
        edit(acme, lead, Role.RELATIONSHIP_MANAGER, interest="x")
    with pytest.raises(Forbidden):
        edit(acme, lead, Role.FINANCE, interest="x")
    south = make_lead(acme.actor(Role.MANAGER), branch=acme.south)
    with pytest.raises(NotFound):
        edit(acme, south, Role.TEAM_LEAD, interest="x")
    with globex.inside(), pytest.raises(NotFound):
        edit(globex, lead, Role.ADMIN, interest="x")
