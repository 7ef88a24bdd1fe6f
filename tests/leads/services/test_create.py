"""New leads: whose, where, from where; one open lead of a customer at a branch."""

from typing import Any

import pytest

from crm.errors import Conflict, Forbidden, InvalidInput
from crm.models import AuditEvent, StaffMember
from crm.roles import Role
from customers.models import Customer
from customers.models.customer import LifecycleStage, Origin
from leads.models import Lead, LeadSource
from leads.services.create import LeadOutcome, create_lead
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.threads import run_threads
from tests.worlds import World

PHONE = "0412 345 678"


def new_lead(world: World, role: Role = Role.RECEPTIONIST, **values: Any) -> LeadOutcome:
    values.setdefault("branch_id", world.north.pk)
    if "customer_id" not in values:
        values.setdefault("phone_text", PHONE)
    return create_lead(actor=world.actor(role), **values)


def test_a_new_person(acme: World) -> None:
    source = LeadSource.objects.get(kind="telephony")
    made = new_lead(
        acme,
        full_name="Dana Cruz",
        email_text="Dana.Cruz@Example.org",
        source_id=source.pk,
        interest="Comet",
        location="Manly",
    )
    assert made.created
    assert made.customer is not None
    assert (made.customer.origin, made.customer.lifecycle_stage) == (
        Origin.LEAD,
        LifecycleStage.LEAD,
    )
    lead = Lead.objects.get(pk=made.lead.pk)
    assert (lead.status, lead.source, lead.branch) == ("new", source, acme.north)
    assert (lead.phone, lead.email) == ("+61412345678", "dana.cruz@example.org")
    assert [event.kind for event in lead.events.all()] == ["created"]
    audited = AuditEvent.objects.get(action="lead.created").new
    assert audited["interest"] == "Comet"
    assert audited["customer_id"] == str(made.customer.pk)


def test_a_known_customer_needs_no_phone(acme: World) -> None:
    customer = make_customer(acme.actor())
    made = new_lead(acme, customer_id=customer.pk)
    assert made.lead.customer == customer
    assert made.lead.phone == ""


def test_neither_phone_nor_customer(acme: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        new_lead(acme, phone_text=" ", email_text="dana.cruz@example.org")
    assert list(refused.value.fields) == ["phone"]


def test_a_second_open_lead_names_the_first(acme: World) -> None:
    first = new_lead(acme)
    with pytest.raises(Conflict) as refused:
        new_lead(acme, phone_text="+61412345678")
    assert (refused.value.code, refused.value.details) == (
        "open_lead",
        {"lead_id": first.lead.pk},
    )
    assert "open lead" in refused.value.message
    assert Lead.objects.count() == 1


def test_another_branch_is_another_lead(acme: World) -> None:
    new_lead(acme)
    assert new_lead(acme, Role.MANAGER, branch_id=acme.south.pk).created
    assert Customer.objects.count() == 1


def test_a_shared_number_asks_who_it_is(acme: World) -> None:
    ana = make_customer(acme.actor(), name="Ana Costa", phone=PHONE)
    ben = make_customer(acme.actor(), name="Ben Costa", phone=PHONE, share=True)
    with pytest.raises(Conflict) as refused:
        new_lead(acme)
    assert refused.value.code == "choose_customer"
    assert set(refused.value.details["candidates"]) == {ana.pk, ben.pk}


def test_the_same_enquiry_sent_twice_is_one_lead(acme: World) -> None:
    source = LeadSource.objects.get(kind="telephony")
    first = new_lead(acme, source_id=source.pk, external_id="call-1", raw={"id": "call-1"})
    again = new_lead(acme, source_id=source.pk, external_id="call-1")
    assert (again.created, again.lead) == (False, first.lead)


@pytest.mark.parametrize("branch", ["south", "stranger", "none"])
def test_a_branch_that_the_actor_may_not_use(acme: World, globex: World, branch: str) -> None:
    chosen = {"south": acme.south.pk, "stranger": globex.north.pk, "none": acme.company.pk}
    with pytest.raises(InvalidInput) as refused:
        new_lead(acme, branch_id=chosen[branch])
    assert refused.value.fields == {"branch": "You cannot log leads at this branch."}


def test_a_closed_branch_takes_no_leads(acme: World) -> None:
    acme.north.is_active = False
    acme.north.save()
    with pytest.raises(InvalidInput):
        new_lead(acme, Role.MANAGER)


def test_the_owner_works_at_the_branch(acme: World) -> None:
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    assert new_lead(acme, owner_id=rm.pk).lead.owner == rm
    other = StaffMember.objects.get(role=Role.RELATIONSHIP_MANAGER, branch=acme.south)
    with pytest.raises(InvalidInput) as refused:
        new_lead(acme, phone_text="0412 345 679", owner_id=other.pk)
    assert list(refused.value.fields) == ["owner"]


def test_an_rm_owns_what_they_log(acme: World) -> None:
    made = new_lead(acme, Role.RELATIONSHIP_MANAGER)
    assert made.lead.owner == acme.staff[Role.RELATIONSHIP_MANAGER]
    assert made.lead.assigned_at is not None


def test_finance_cannot_log_leads(acme: World) -> None:
    with pytest.raises(Forbidden):
        new_lead(acme, Role.FINANCE)


def test_another_companys_customer_source_and_owner(acme: World, globex: World) -> None:
    with globex.inside():
        customer = make_customer(globex.actor())
        source = LeadSource.objects.get(kind="walk_in")
    cases: list[tuple[str, Any]] = [
        ("customer", {"customer_id": customer.pk}),
        ("source", {"source_id": source.pk}),
        ("owner", {"owner_id": globex.staff[Role.TEAM_LEAD].pk}),
    ]
    for field, values in cases:
        with pytest.raises(InvalidInput) as refused:
            new_lead(acme, **values)
        assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"phone_text": "123"}, "phone"),
        ({"email_text": "nobody"}, "email"),
        ({"full_name": "x" * 201}, "full_name"),
        ({"variant": "\x00"}, "variant"),
        ({"external_id": "x" * 201}, "external_id"),
    ],
)
def test_bad_input_is_told_at_its_field(acme: World, values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        new_lead(acme, **values)
    assert list(refused.value.fields) == [field]
    assert not Customer.objects.exists()


def test_a_deleted_customer_gets_no_lead(acme: World) -> None:
    customer = make_customer(acme.actor())
    customer.record_state, customer.deleted_at = "deleted", customer.created_at
    customer.save()
    with pytest.raises(Conflict) as refused:
        new_lead(acme, customer_id=customer.pk)
    assert refused.value.code == "deleted"


def test_a_merged_record_leads_to_its_survivor(acme: World) -> None:
    survivor, merged = make_customer(acme.actor()), make_customer(acme.actor())
    merged.record_state, merged.merged_into = "merged", survivor
    merged.save()
    assert new_lead(acme, customer_id=merged.pk).customer == survivor


def test_eight_at_once_make_one_lead(committed: None, acme: World) -> None:
    def make(number: int) -> str:
        with acme.inside():
            try:
                new_lead(acme, full_name=f"Dana Cruz {number}")
            except Conflict as error:
                return error.code
        return "created"

    assert sorted(run_threads(8, make)) == ["created"] + ["open_lead"] * 7
    with acme.inside():
        assert (Customer.objects.count(), Lead.objects.count()) == (1, 1)


def test_eight_people_at_once_make_eight_leads(committed: None, acme: World) -> None:
    def make(number: int) -> bool:
        with acme.inside():
            return new_lead(acme, phone_text=f"0412 345 67{number}").created

    assert all(run_threads(8, make))
    with acme.inside():
        make_lead(acme.actor(), branch=acme.north)
        assert Lead.objects.count() == 9
