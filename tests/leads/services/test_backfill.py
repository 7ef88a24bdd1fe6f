"""`backfill_customers`: links what can be linked, again and again with the same result."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from crm.errors import Forbidden
from crm.models import AuditEvent, Branch, OutboxEvent
from crm.roles import Role
from customers.models import ContactPoint, Customer, StageChange
from customers.models.customer import LifecycleStage, Origin
from leads.models import Lead, LeadEvent
from leads.models.lead import LeadStatus
from leads.services.backfill import BackfillReport, backfill
from leads.services.walk_in import log_walk_in
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.threads import run_threads
from tests.worlds import World

LONG_AGO = datetime(2023, 3, 1, tzinfo=UTC)
ROBIN, ANA, SHARED = "+61412345678", "+61412345601", "+61412345699"


def legacy(branch: Branch, *, days: int = 0, **values: object) -> Lead:
    at = LONG_AGO + timedelta(days=days)
    return make_legacy_lead(branch, received_at=at, **values)  # type: ignore[arg-type]


def run(world: World, **options: object) -> BackfillReport:
    return backfill(actor=world.system(), **options)  # type: ignore[arg-type]


@pytest.fixture
def old_leads(acme: World) -> dict[str, Lead]:
    """One lead of every sort that legacy data has."""
    actor = acme.actor()
    make_customer(actor, name="Ana Costa", phone=ANA)
    make_customer(actor, name="Ben Roe", phone=SHARED)
    make_customer(actor, name="Cleo Roe", phone=SHARED, share=True)
    OutboxEvent.objects.all().delete()
    return {
        "first": legacy(acme.north, typed="0412 345 678", name="Unknown", days=1),
        "named": legacy(acme.south, phone=ROBIN, name="Robin  Hale", days=5),
        "nameless": legacy(acme.north, typed="p:+61 412 345 678", days=9, status=LeadStatus.LOST),
        "of ana": legacy(acme.north, typed="0412-345-601", status=LeadStatus.WON),
        "older open": legacy(acme.south, phone=ANA, days=1),
        "newer open": legacy(acme.south, phone=ANA, days=2),
        "shared": legacy(acme.north, typed="0412 345 699"),
        "words": legacy(acme.north, typed="call at noon"),
        "made up": legacy(acme.north, typed="9999999999"),
        "empty": legacy(acme.north, name="Nobody Known"),
        "linked": make_lead(actor, branch=acme.north),
    }


EXPECTED = BackfillReport(
    total=11,
    already_linked=1,
    linked=5,
    created=1,
    without_phone=3,
    ambiguous=1,
    conflicting=1,
)


def stored(lead: Lead) -> Lead:
    return Lead.objects.select_related("customer").get(pk=lead.pk)


def test_every_sort_of_lead(acme: World, old_leads: dict[str, Lead]) -> None:
    assert run(acme) == EXPECTED
    robin = Customer.objects.get(origin=Origin.BACKFILL)
    ana = Customer.objects.get(full_name="Ana Costa")
    linked = {name: stored(lead).customer for name, lead in old_leads.items()}
    assert linked == {
        "first": robin,
        "named": robin,
        "nameless": robin,
        "of ana": ana,
        "older open": None,
        "newer open": ana,
        "shared": None,
        "words": None,
        "made up": None,
        "empty": None,
        "linked": old_leads["linked"].customer,
    }


def test_the_numbers_add_up(acme: World, old_leads: dict[str, Lead]) -> None:
    numbers = asdict(run(acme))
    created = numbers.pop("created")
    assert created == 1
    assert numbers.pop("total") == sum(numbers.values())


def test_the_customer_that_is_made(acme: World, old_leads: dict[str, Lead]) -> None:
    run(acme)
    robin = Customer.objects.get(origin=Origin.BACKFILL)
    assert (robin.full_name, robin.given_name, robin.family_name) == ("Robin Hale", "Robin", "Hale")
    assert robin.code.startswith("CUS-")
    assert len(robin.stable_hash_id) == 32
    assert robin.created_at == old_leads["first"].received_at
    assert robin.last_activity_at == old_leads["nameless"].received_at
    assert robin.lifecycle_stage == LifecycleStage.LEAD
    phone = ContactPoint.objects.get(customer=robin)
    assert (phone.value, phone.as_typed) == (ROBIN, "p:+61 412 345 678")
    assert phone.is_primary
    again = log_walk_in(actor=acme.actor(), phone_text=ROBIN)
    assert (again.customer, again.created) == (robin, False)


def test_without_a_real_name_there_is_a_placeholder(acme: World) -> None:
    legacy(acme.north, phone=ROBIN, name="Facebook Lead 12")
    run(acme)
    assert Customer.objects.get().name_is_placeholder
    visit = log_walk_in(actor=acme.actor(), phone_text=ROBIN, full_name="Robin Hale")
    assert visit.customer.full_name == "Robin Hale"


def test_phones_are_kept_also_where_nothing_is_linked(
    acme: World, old_leads: dict[str, Lead]
) -> None:
    run(acme)
    assert stored(old_leads["first"]).phone == ROBIN
    assert stored(old_leads["first"]).phone_as_typed == "0412 345 678"
    assert stored(old_leads["shared"]).phone == SHARED


def test_the_branchs_country_reads_the_phone(acme: World) -> None:
    Branch.objects.filter(pk=acme.south.pk).update(region="IN")
    indian, local = legacy(acme.south, typed="098123 45678"), legacy(acme.north, typed="0412345678")
    run(acme)
    assert (stored(indian).phone, stored(local).phone) == ("+919812345678", ROBIN)


def test_no_status_changes(acme: World, old_leads: dict[str, Lead]) -> None:
    before = dict(Lead.objects.values_list("pk", "status"))
    run(acme)
    assert dict(Lead.objects.values_list("pk", "status")) == before


def test_stages_follow_the_leads(acme: World, old_leads: dict[str, Lead]) -> None:
    legacy(acme.north, phone="+61412345602", status=LeadStatus.WON)
    run(acme)
    ana = Customer.objects.get(full_name="Ana Costa")
    assert ana.lifecycle_stage == LifecycleStage.CUSTOMER
    change = StageChange.objects.get(customer=ana)
    assert (change.old_stage, change.new_stage, change.reason) == (
        "prospect",
        "customer",
        "lead won",
    )
    buyer = Customer.objects.get(contact_points__value="+61412345602")
    assert buyer.lifecycle_stage == LifecycleStage.CUSTOMER


def test_the_trail(acme: World, old_leads: dict[str, Lead]) -> None:
    run(acme)
    assert LeadEvent.objects.filter(kind="linked").count() == 5
    history = LeadEvent.objects.get(lead=old_leads["named"])
    robin = Customer.objects.get(origin=Origin.BACKFILL)
    assert history.data == {"customer_id": str(robin.pk), "by": "phone"}
    audited = AuditEvent.objects.get(action="lead.backfilled").new
    assert audited["created_customers"] == [str(robin.pk)]
    assert audited["linked_leads"][str(old_leads["named"].pk)] == str(robin.pk)
    topics = OutboxEvent.objects.filter(topic__in=("lead.linked", "customer.backfilled"))
    assert topics.count() == 2


def snapshot() -> list[object]:
    models = (Lead, Customer, ContactPoint, LeadEvent, AuditEvent, OutboxEvent, StageChange)
    return [list(model.objects.order_by("pk").values()) for model in models]  # type: ignore[attr-defined]


def test_a_second_run_writes_nothing(acme: World, old_leads: dict[str, Lead]) -> None:
    first = run(acme)
    after = snapshot()
    second = run(acme)
    assert snapshot() == after
    assert (second.linked, second.created) == (0, 0)
    assert second.already_linked == first.already_linked + first.linked
    assert (second.without_phone, second.ambiguous, second.conflicting) == (3, 1, 1)


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_a_dry_run_says_the_same_and_writes_nothing(
    acme: World, old_leads: dict[str, Lead], batch_size: int
) -> None:
    before = snapshot()
    assert run(acme, dry_run=True, batch_size=batch_size) == EXPECTED
    assert snapshot() == before
    assert run(acme, batch_size=batch_size) == EXPECTED


def test_another_company_is_left_alone(
    acme: World, globex: World, old_leads: dict[str, Lead]
) -> None:
    with globex.inside():
        theirs = legacy(globex.north, phone=ROBIN)
    run(acme)
    with globex.inside():
        assert stored(theirs).customer is None
        assert not Customer.objects.exists()


def test_only_admins_and_the_system(acme: World) -> None:
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(Forbidden):
            backfill(actor=acme.actor(role))
    assert backfill(actor=acme.actor(Role.ADMIN)).total == 0


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def test_stopped_in_the_middle_it_goes_on(committed: None, acme: World) -> None:
    with acme.inside():
        for number in range(6):
            legacy(acme.north, typed=f"0412 345 60{number}")

    def stop(what: str, done: int, _of: int) -> None:
        if what == "Linking leads" and done >= 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        run(acme, batch_size=2, on_progress=stop)
    with acme.inside():
        assert Customer.objects.count() == Lead.objects.exclude(customer=None).count() == 4
    report = run(acme, batch_size=2)
    assert (report.already_linked, report.linked, report.created) == (4, 2, 2)


def test_beside_walk_ins_of_the_same_people(committed: None, acme: World) -> None:
    phones = [f"+6141234560{number}" for number in range(8)]
    with acme.inside():
        for phone in phones:
            legacy(acme.north, phone=phone)

    def work(number: int) -> None:
        if number < 2:
            run(acme, batch_size=3)
            return
        with acme.inside():
            log_walk_in(actor=acme.actor(), phone_text=phones[number])

    run_threads(8, work)
    with acme.inside():
        assert Customer.objects.count() == Lead.objects.count() == len(phones)
        assert not Lead.objects.filter(customer=None).exists()


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def printed() -> StringIO:
    return StringIO()


def test_the_command_reports_and_verifies(
    acme: World, old_leads: dict[str, Lead], printed: StringIO
) -> None:
    call_command("backfill_customers", company="acme", dry_run=True, stdout=printed)
    assert "5 would be linked now, 1 customers would be created" in printed.getvalue()
    with pytest.raises(CommandError, match="5 leads could be linked"):
        call_command("backfill_customers", "verify", company="acme", stdout=printed)
    with pytest.raises(CommandError):
        call_command("backfill_customers", "--verify", stdout=printed)
    call_command("backfill_customers", stdout=printed)
    assert "5 linked now, 1 customers created" in printed.getvalue()
    assert "Globex: 0 leads" in printed.getvalue()
    call_command("backfill_customers", "verify", company="acme", stdout=printed)


def test_the_command_refuses_nonsense(acme: World, printed: StringIO) -> None:
    with pytest.raises(CommandError, match="There is no company"):
        call_command("backfill_customers", company="nobody", stdout=printed)
    with pytest.raises(CommandError, match="at least 1"):
        call_command("backfill_customers", batch_size=0, stdout=printed)


# -- what follows from it --------------------------------------------------------------------------


def test_the_search_stays_exact(committed: None, acme: World) -> None:
    with acme.inside():
        make_customer(acme.actor(), name="Ana Costa", phone=ANA)
        legacy(acme.north, typed="0412 345 678", name="Robin Hale")
        legacy(acme.south, phone=ROBIN, days=3)
        legacy(acme.north, phone=ANA)
        legacy(acme.north, typed="call at noon", name="Nobody Known")
    run(acme)
    found = _search_rows()
    assert len(found) == 2 + 3  # two phones; Ana, Robin and the lead without a phone
    with connections["owner"].cursor() as owner:
        owner.execute("SELECT search_rebuild(%s)", [acme.company.pk])
        owner.execute("SELECT search_rebuild_leads(%s)", [acme.company.pk])
    assert _search_rows() == found


def _search_rows() -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as owner:
        owner.execute(
            "SELECT subject_kind, subject_id, digits, last_activity FROM customers_searchphone "
            "UNION ALL SELECT subject_kind, subject_id, words::text, last_activity "
            "FROM customers_searchdocument ORDER BY 1, 2, 3"
        )
        return list(owner.fetchall())
