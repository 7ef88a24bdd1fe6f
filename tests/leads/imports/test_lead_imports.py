"""Leads from files: a source that exists, one open lead a person, closed again by the undo."""

import pytest

from crm.errors import InvalidInput
from crm.models.file_import import ImportPhase, ImportState
from crm.roles import Role
from customers.models import ContactImport, Customer
from customers.models.customer import LifecycleStage
from customers.selectors.contact_imports import overview_or_error
from customers.services.contact_import.kinds import all_kinds
from customers.services.contact_import_undo import run_undo
from customers.services.contact_imports import ContactOptions, start_import, undo_import
from leads.models import Lead, LeadSource, LeadStatus
from leads.services.status import change_status
from tests.factories.contact_imports import imported, kept, people_file, sums
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

HEADER = "full_name,phone,source,sub_source"
GOOD = ("Ana Lim", "0412 345 678", "phone", "main line")
ROWS = (
    GOOD,
    ("Bo Chen", "0412 345 679", "Walk-in", ""),
    ("Cy Tan", "0412 345 680", "Billboard", ""),
    ("Di Vo", "not a phone", "Walk-in", ""),
    ("", "", "Walk-in", ""),
    ("Ana Lim", "+61 412 345 678", "Walk-in", ""),
)
FILE = people_file(*ROWS, header=HEADER)


def problems(one: ContactImport) -> list[tuple[int | None, str]]:
    rows = one.problems.filter(phase=ImportPhase.READING).order_by("row", "pk")
    return list(rows.values_list("row", "sort"))


def test_rows_become_leads_and_errors_have_a_kind(acme: World) -> None:
    rehearsal = imported(acme, FILE, kind="leads", dry_run=True)
    assert not Lead.objects.exists()
    assert not Customer.objects.exists()
    one = imported(acme, FILE, kind="leads")
    assert sums(one) == sums(rehearsal) == {"new": 2, "duplicate": 1, "bad": 3}
    assert problems(one) == problems(rehearsal)
    assert [(row, sort) for row, sort in problems(one) if sort != "validation"] == [
        (4, "source_not_found"),
        (7, "duplicate"),
    ]
    ana, bo = Lead.objects.order_by("full_name")
    assert (ana.customer, ana.phone, ana.branch) == (
        Customer.objects.get(full_name="Ana Lim"),
        "+61412345678",
        acme.north,
    )
    assert ana.customer is not None
    assert ana.customer.lifecycle_stage == LifecycleStage.LEAD
    assert (str(ana.source), str(bo.source)) == ("Phone · Main line", "Walk-in")
    assert ana.events.get().new_status == LeadStatus.NEW
    assert not Customer.objects.filter(full_name="Cy Tan").exists()


def test_a_second_run_makes_no_lead(acme: World) -> None:
    imported(acme, FILE, kind="leads")
    ids = set(Lead.objects.values_list("pk", flat=True))
    again = imported(acme, FILE, kind="leads")
    assert set(Lead.objects.values_list("pk", flat=True)) == ids
    assert sums(again) == {"unchanged": 2, "duplicate": 1, "bad": 3}


def test_somebody_with_an_open_lead_gets_no_second_one(acme: World) -> None:
    ana = make_customer(acme.actor(), name="Ana Lim", phone="0412345678")
    make_lead(acme.actor(), branch=acme.north, customer=ana)
    one = imported(acme, people_file(GOOD, header=HEADER), kind="leads")
    assert sums(one) == {"duplicate": 1}
    assert "open lead" in one.problems.get().message
    south = {"branch": str(acme.south.pk), "source": ""}
    assert sums(imported(acme, people_file(GOOD, header=HEADER), kind="leads", of_kind=south)) == {
        "new": 1
    }


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Lead ID,FirstName,LastName,Email,Phone,Company,LeadSource,Status",
            ("00Q1", "Ana", "Lim", "ana@example.com", "0412345678", "Golf", "Walk-in", "Open"),
        ),
        (
            "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Lifecycle Stage",
            ("00Q1", "Ana", "Lim", "ana@example.com", "0412345678", "New", "lead"),
        ),
    ],
)
def test_leads_of_other_programs(acme: World, header: str, row: tuple[str, ...]) -> None:
    walk_in = LeadSource.objects.get(name="Walk-in")
    chosen = {"branch": str(acme.north.pk), "source": str(walk_in.pk)}
    one = imported(acme, people_file(row, header=header), kind="leads", of_kind=chosen)
    assert sums(one) == {"new": 1}
    lead = Lead.objects.get()
    assert (lead.external_id, lead.source, lead.email) == ("00Q1", walk_in, "ana@example.com")


def test_the_branch_is_needed_and_must_be_ones_own(acme: World, globex: World) -> None:
    one = kept(acme, FILE, kind="leads")
    actor = acme.actor(Role.ADMIN)
    for branch in ("", "nowhere", str(globex.north.pk)):
        options = ContactOptions(of_kind={"branch": branch})
        with pytest.raises(InvalidInput) as refused:
            start_import(actor=actor, import_id=one.pk, options=options)
        assert set(refused.value.fields) == {"branch"}


def test_the_kind_names_its_columns(acme: World) -> None:
    assert [kind.name for kind in all_kinds()] == ["customers", "leads"]
    overview, _ = overview_or_error(
        actor=acme.actor(Role.ADMIN), one=kept(acme, FILE, kind="leads")
    )
    assert overview is not None
    assert dict(overview.people[0].more) == {"source": "phone", "sub_source": "main line"}


def test_undone(acme: World) -> None:
    one = imported(acme, FILE, kind="leads")
    bo = Lead.objects.get(full_name="Bo Chen")
    actor = acme.actor(Role.ADMIN)
    change_status(actor=actor, lead_id=bo.pk, version=bo.version, status=LeadStatus.WORKING)
    undo_import(actor=actor, import_id=one.pk)
    run_undo(company_id=acme.company.pk, import_id=one.pk)
    one.refresh_from_db()
    assert one.state == ImportState.UNDONE
    ana = Lead.objects.get(full_name="Ana Lim")
    assert (ana.status, ana.external_id) == (LeadStatus.LOST, "")
    assert "undone" in ana.reason
    live = set(Customer.objects.live().values_list("full_name", flat=True))
    assert live == {"Bo Chen"}
    kept_ = list(one.problems.filter(phase=ImportPhase.UNDOING).values_list("message", flat=True))
    assert [("lead" in text, "Customer" in text) for text in kept_] == [
        (True, False),
        (False, True),
    ]
    again = imported(acme, people_file(GOOD, header=HEADER), kind="leads")
    assert sums(again) == {"new": 1}
