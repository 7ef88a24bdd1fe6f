"""Legacy leads find their customer as soon as the phone is known."""

from datetime import timedelta

from django.utils import timezone

from crm import outbox
from crm.models import AuditEvent
from customers.models.customer import LifecycleStage
from leads.models import Lead, LeadEvent
from leads.models.lead import LeadStatus
from leads.services.edit import edit_lead
from tests.factories.customers import make_customer
from tests.factories.leads import make_legacy_lead
from tests.worlds import World

PHONE = "+61412345678"


def customers_of(*leads: Lead) -> list[object]:
    stored = {lead.pk: lead.customer for lead in Lead.objects.select_related("customer")}
    return [stored[lead.pk] for lead in leads]


def test_a_new_customer_gets_the_leads_of_all_branches(acme: World) -> None:
    north, south = (
        make_legacy_lead(acme.north, phone=PHONE),
        make_legacy_lead(acme.south, phone=PHONE, status=LeadStatus.LOST),
    )
    other = make_legacy_lead(acme.north, phone="+61412345679")
    customer = make_customer(acme.actor(), phone=PHONE)
    outbox.drain(acme.company.pk)
    assert customers_of(north, south, other) == [customer, customer, None]
    history = LeadEvent.objects.get(lead=north)
    assert (history.kind, history.by, history.new_status) == ("linked", None, "new")
    assert AuditEvent.objects.filter(action="lead.linked").count() == 2
    customer.refresh_from_db()
    assert customer.lifecycle_stage == LifecycleStage.LEAD


def test_a_won_legacy_lead_makes_a_customer(acme: World) -> None:
    make_legacy_lead(acme.north, phone=PHONE, status=LeadStatus.WON)
    customer = make_customer(acme.actor(), phone=PHONE)
    outbox.drain(acme.company.pk)
    customer.refresh_from_db()
    assert customer.lifecycle_stage == LifecycleStage.CUSTOMER


def test_of_two_open_ones_at_a_branch_the_newest_is_linked(acme: World) -> None:
    now = timezone.now()
    old = make_legacy_lead(acme.north, phone=PHONE, received_at=now - timedelta(days=9))
    new = make_legacy_lead(acme.north, phone=PHONE, received_at=now - timedelta(days=1))
    customer = make_customer(acme.actor(), phone=PHONE)
    outbox.drain(acme.company.pk)
    assert customers_of(old, new) == [None, customer]
    assert Lead.objects.get(pk=old.pk).status == "new"


def test_a_shared_number_links_nobody(acme: World) -> None:
    lead = make_legacy_lead(acme.north, phone=PHONE)
    make_customer(acme.actor(), name="Ana Costa", phone=PHONE)
    make_customer(acme.actor(), name="Ben Costa", phone=PHONE, share=True)
    outbox.drain(acme.company.pk)
    assert customers_of(lead) == [None]


def test_a_second_handling_changes_nothing(acme: World) -> None:
    make_legacy_lead(acme.north, phone=PHONE)
    customer = make_customer(acme.actor(), phone=PHONE)
    outbox.drain(acme.company.pk)
    outbox.publish(
        actor=acme.system(), topic="customer.created", payload={"customer_id": customer.pk}
    )
    outbox.drain(acme.company.pk)
    assert LeadEvent.objects.count() == 1


def test_a_corrected_phone_finds_its_customer(acme: World) -> None:
    lead = make_legacy_lead(acme.north, typed="gone")
    customer = make_customer(acme.actor(), phone=PHONE)
    edit_lead(actor=acme.actor(), lead_id=lead.pk, version=1, changes={"phone_text": PHONE})
    outbox.drain(acme.company.pk)
    assert customers_of(lead) == [customer]


def test_another_companys_leads_stay_theirs(acme: World, globex: World) -> None:
    with globex.inside():
        theirs = make_legacy_lead(globex.north, phone=PHONE)
    make_customer(acme.actor(), phone=PHONE)
    outbox.drain(acme.company.pk)
    with globex.inside():
        assert customers_of(theirs) == [None]
