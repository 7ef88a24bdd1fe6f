"""A customer's leads at every branch, for whoever answers the phone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.roles import Role
from customers.models import Customer
from customers.selectors.panels import panels_of
from customers.selectors.timeline import timeline
from leads.models.lead import LeadStatus
from leads.selectors.of_customer import leads_of_customer
from leads.services.status import change_status
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World

PHONE = "+61412345678"


@pytest.fixture
def customer(acme: World) -> Customer:
    return make_customer(acme.actor(), phone=PHONE)


def test_open_first_then_the_newest(acme: World, customer: Customer) -> None:
    north = make_lead(acme.actor(), branch=acme.north, customer=customer)
    south = make_lead(acme.system(), branch=acme.south, customer=customer)
    change_status(
        actor=acme.system(), lead_id=south.pk, version=1, status="lost", reason="moved away"
    )
    again = make_lead(acme.system(), branch=acme.south, customer=customer)
    leads = leads_of_customer(actor=acme.actor(), customer_id=customer.pk)
    assert [one.lead for one in leads] == [again, north, south]


@pytest.mark.parametrize(
    ("role", "opens", "takes"),
    [
        (Role.RECEPTIONIST, {"North", "South"}, set()),
        (Role.RELATIONSHIP_MANAGER, set(), {"North"}),
        (Role.TEAM_LEAD, {"North"}, {"North"}),
        (Role.FINANCE, {"North", "South"}, set()),
        (Role.MANAGER, {"North", "South"}, set()),
    ],
)
def test_everybody_sees_them_but_not_everybody_opens_them(
    acme: World, customer: Customer, role: Role, opens: set[str], takes: set[str]
) -> None:
    for branch in (acme.north, acme.south):
        make_lead(acme.system(), branch=branch, customer=customer)
    leads = leads_of_customer(actor=acme.actor(role), customer_id=customer.pk)
    assert {str(one.lead.branch) for one in leads} == {"North", "South"}
    assert {str(one.lead.branch) for one in leads if one.may_open} == opens
    assert {str(one.lead.branch) for one in leads if one.may_take} == takes


def test_unlinked_leads_of_the_same_phone_do_not_vanish(acme: World, customer: Customer) -> None:
    linked = make_lead(acme.actor(), branch=acme.north, customer=customer)
    waiting = make_legacy_lead(acme.north, phone=PHONE)
    make_legacy_lead(acme.north, phone="+61412345679")
    leads = leads_of_customer(actor=acme.actor(), customer_id=customer.pk)
    assert {one.lead.pk: one.is_linked for one in leads} == {linked.pk: True, waiting.pk: False}


def test_another_company_sees_none(acme: World, globex: World, customer: Customer) -> None:
    make_lead(acme.actor(), branch=acme.north, customer=customer)
    with globex.inside():
        actor = globex.actor(Role.ADMIN)
        assert leads_of_customer(actor=actor, customer_id=customer.pk) == []
        assert timeline(actor=actor, customer_id=customer.pk) == []


def test_two_queries_however_many_leads(acme: World, customer: Customer) -> None:
    for status in (LeadStatus.LOST, LeadStatus.LOST, LeadStatus.WON):
        make_legacy_lead(acme.north, phone=PHONE, status=status)
    make_lead(acme.actor(), branch=acme.north, customer=customer)
    with CaptureQueriesContext(connection) as queries:
        leads = leads_of_customer(actor=acme.actor(), customer_id=customer.pk)
        assert all(one.lead.branch for one in leads)
    assert len(queries) == 2


def test_the_card_has_a_panel(acme: World, customer: Customer) -> None:
    lead = make_lead(acme.actor(), branch=acme.north, customer=customer)
    panels = {one.name: one for one in panels_of(actor=acme.actor(), customer_id=customer.pk)}
    context = panels["leads"].context
    assert [one.lead for one in context["open_leads"]] == [lead]
    assert context["closed_leads"] == []


def test_the_timeline_tells_of_leads(acme: World, customer: Customer) -> None:
    lead = make_lead(acme.actor(), branch=acme.north, customer=customer)
    change_status(
        actor=acme.actor(), lead_id=lead.pk, version=1, status="lost", reason="moved away"
    )
    entries = timeline(actor=acme.actor(), customer_id=customer.pk, kinds=["lead"])
    assert [(entry.title, entry.detail) for entry in entries] == [
        ("Lead: New → Lost · North", "moved away"),
        ("Lead logged · North", ""),
    ]
    assert entries[0].url == f"/leads/{lead.pk}/"
    rm = acme.actor(Role.RELATIONSHIP_MANAGER)
    assert [one.url for one in timeline(actor=rm, customer_id=customer.pk, kinds=["lead"])] == [
        "",
        "",
    ]
    before = entries[0].cursor
    older = timeline(actor=rm, customer_id=customer.pk, kinds=["lead"], before=before)
    assert [entry.title for entry in older] == ["Lead logged · North"]
