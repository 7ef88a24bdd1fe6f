"""Linking by hand."""

from uuid import uuid4

import pytest

from crm.errors import Conflict, CrmError, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models.customer import LifecycleStage
from leads.models import Lead, LeadEvent
from leads.models.lead import LeadStatus
from leads.services.link import link_lead
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World


def test_a_lead_finds_its_customer(acme: World) -> None:
    lead, customer = make_legacy_lead(acme.north, name="R."), make_customer(acme.actor())
    linked = link_lead(actor=acme.actor(), lead_id=lead.pk, customer_id=customer.pk)
    assert linked.customer == customer
    customer.refresh_from_db()
    assert customer.lifecycle_stage == LifecycleStage.LEAD
    assert LeadEvent.objects.get(lead=lead).data == {"customer_id": str(customer.pk), "by": "hand"}
    audited = AuditEvent.objects.get(action="lead.linked")
    assert audited.new == {"customer_id": str(customer.pk)}


def test_again_with_the_same_customer_changes_nothing(acme: World) -> None:
    lead, customer = make_legacy_lead(acme.north), make_customer(acme.actor())
    for _ in range(2):
        link_lead(actor=acme.actor(), lead_id=lead.pk, customer_id=customer.pk)
    assert LeadEvent.objects.filter(lead=lead).count() == 1


def test_a_linked_lead_is_not_moved(acme: World) -> None:
    lead = make_lead(acme.actor(), branch=acme.north)
    with pytest.raises(Conflict) as refused:
        link_lead(actor=acme.actor(), lead_id=lead.pk, customer_id=make_customer(acme.actor()).pk)
    assert refused.value.code == "already_linked"


def test_two_open_leads_at_a_branch_are_refused(acme: World) -> None:
    customer = make_customer(acme.actor())
    first = make_lead(acme.actor(), branch=acme.north, customer=customer)
    second = make_legacy_lead(acme.north)
    with pytest.raises(Conflict) as refused:
        link_lead(actor=acme.actor(), lead_id=second.pk, customer_id=customer.pk)
    assert refused.value.details == {"lead_id": first.pk}
    closed = make_legacy_lead(acme.north, status=LeadStatus.LOST)
    assert link_lead(actor=acme.actor(), lead_id=closed.pk, customer_id=customer.pk).customer_id


def test_a_lead_without_a_branch_counts_as_one_place(acme: World) -> None:
    customer = make_customer(acme.actor())
    leads = [make_legacy_lead(acme.north) for _ in range(2)]
    Lead.objects.update(branch=None)
    link_lead(actor=acme.actor(Role.ADMIN), lead_id=leads[0].pk, customer_id=customer.pk)
    with pytest.raises(Conflict):
        link_lead(actor=acme.actor(Role.ADMIN), lead_id=leads[1].pk, customer_id=customer.pk)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (Role.RECEPTIONIST, Forbidden),
        (Role.TEAM_LEAD, NotFound),
        (Role.RELATIONSHIP_MANAGER, NotFound),
        (Role.FINANCE, Forbidden),
        (Role.MANAGER, None),
    ],
)
def test_who_may_link_a_lead_of_another_branch(
    acme: World, role: Role, refusal: type[CrmError] | None
) -> None:
    lead, customer = make_legacy_lead(acme.south), make_customer(acme.actor())
    try:
        link_lead(actor=acme.actor(role), lead_id=lead.pk, customer_id=customer.pk)
    except CrmError as error:
        answer: type[CrmError] | None = type(error)
    else:
        answer = None
    assert answer is refusal


def test_strangers(acme: World, globex: World) -> None:
    lead, customer = make_legacy_lead(acme.north), make_customer(acme.actor())
    with globex.inside():
        theirs = make_customer(globex.actor())
        with pytest.raises(NotFound):
            link_lead(actor=globex.actor(Role.ADMIN), lead_id=lead.pk, customer_id=theirs.pk)
    for customer_id in (theirs.pk, uuid4()):
        with pytest.raises(InvalidInput) as refused:
            link_lead(actor=acme.actor(), lead_id=lead.pk, customer_id=customer_id)
        assert list(refused.value.fields) == ["customer"]
    with pytest.raises(NotFound):
        link_lead(actor=acme.actor(), lead_id=uuid4(), customer_id=customer.pk)
