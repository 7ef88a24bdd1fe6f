"""load_demo and demo_logins against the database."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import RequestFactory

from crm.demo.businesses import BUSINESSES
from crm.demo.cast import ANANYA, FARHAN
from crm.demo.companies import PASSWORD
from crm.demo.phones import POOLS
from crm.models import AuditEvent, Company, InboundDelivery, InboundSource, StaffMember
from crm.roles import Role
from crm.tenancy import company_id_of, use_company
from customers.models import ContactPoint, Customer, DuplicateCandidate, DuplicateScan, ScanState
from customers.models.duplicate import CandidateState
from leads.models import Lead
from scoring.models import (
    Engagement,
    ExchangeRate,
    ImportState,
    MarketingExport,
    Order,
    OrderImport,
    OrderImportProblem,
    RuleSet,
    ScoreChange,
    ScoreSnapshot,
    Segment,
    SegmentMember,
    TicketAccount,
)
from tests.crm.demo.conftest import run

pytestmark = pytest.mark.usefixtures("small_demo")


@pytest.fixture(autouse=True)
def _database(django_db_blocker: pytest.FixtureRequest):
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


def count_rows() -> list[tuple[str, int]]:
    """How many rows each of the demo's tables has."""
    tables = ("crm_company", "crm_user", "customers_customer", "leads_lead", "crm_auditevent")
    with connections["owner"].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}', count(*) FROM {t}" for t in tables))
        return cursor.fetchall()


def assert_scores_hold() -> None:
    """Every score follows from the orders, and from its ledger."""
    assert run("verify_scores").count("all hold") >= len(BUSINESSES)
    assert run("reconcile_scores").count("0 with wrong metrics, 0 with a wrong score") >= 4


def test_each_company_is_there(small_demo: str):
    for slug, business in BUSINESSES.items():
        assert business.name in small_demo
        with use_company(company_id_of(slug)):
            assert Customer.objects.count() == 60
            assert Lead.objects.without_customer().exists() is (slug == "motors")


def test_a_second_load_changes_nothing():
    before = count_rows()
    assert "there already" in run("load_demo", "--small")
    assert "there already" in run("load_demo")
    assert count_rows() == before


def test_every_role_of_every_company_signs_in():
    request = RequestFactory().post("/accounts/login/")
    for slug in BUSINESSES:
        with use_company(company_id_of(slug)):
            staff = list(StaffMember.objects.select_related("user"))
        assert {member.role for member in staff} == set(Role.values)
        for role in Role:
            member = next(member for member in staff if member.role == role)
            assert member.user is not None
            user = authenticate(request, email=member.user.email, password=PASSWORD)
            assert user == member.user


def test_the_dealer_has_people_at_every_branch():
    with use_company(company_id_of("motors")):
        staff = StaffMember.objects.all()
        assert len({m.branch_id for m in staff if m.role == Role.RECEPTIONIST}) == 2
        leads = {m.branch_id: m.pk for m in staff if m.role == Role.TEAM_LEAD}
        assert len(leads) == 3
        for member in staff:
            if member.role == Role.RELATIONSHIP_MANAGER:
                assert member.manager_id == leads[member.branch_id]


def test_logins_are_listed_with_the_password():
    printed = run("demo_logins")
    assert printed.count(".example") == sum(len(b.staff) for b in BUSINESSES.values())
    assert PASSWORD in printed
    assert "Receptionist, Whitefield" in printed


def test_the_next_code_goes_on_after_the_demo():
    with use_company(company_id_of("golf")), connections["default"].cursor() as cursor:
        cursor.execute("SELECT next_customer_codes(1)")
        (code,) = cursor.fetchone()
        assert not Customer.objects.filter(code__gte=code).exists()


def test_the_trail_tells_of_the_load_and_is_whole():
    with use_company(company_id_of("comedy")):
        event = AuditEvent.objects.get(action="demo.loaded")
        assert event.new == {"customers": 60}


def test_the_search_projection_is_exact():
    with use_company(company_id_of("motors")):
        wanted = {
            (str(point.customer_id), point.value[1:])
            for point in ContactPoint.objects.filter(kind="phone", is_live=True)
        }
        leads = {
            (str(lead.pk), lead.phone[1:])
            for lead in Lead.objects.without_customer().exclude(phone="")
        }
    company = company_id_of("motors")
    found = set()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT subject_kind, subject_id::text, digits FROM customers_searchphone "
            "WHERE company_id = %s",
            [company],
        )
        for _, subject, digits in cursor.fetchall():
            found.add((subject, digits))
    assert wanted <= found
    assert leads <= found
    assert str(ANANYA.phone[1:]) in {digits for _, digits in found}
    assert str(FARHAN.phone[1:]) in {digits for _, digits in found}


def test_scores_follow_from_orders_and_have_a_history():
    assert_scores_hold()
    with use_company(company_id_of("comedy")):
        assert Order.objects.exclude(platform="box office").count() == 75
        assert Engagement.objects.filter(orders=0).count() == 0
        assert ScoreChange.objects.dates("at", "year").count() >= 4
        days = ScoreSnapshot.objects.values("day").distinct()
        assert days.count() == 365
        last = ScoreSnapshot.objects.filter(day=days.latest("day")["day"])
        assert 55 <= sum(row.customers for row in last) <= 60
    with use_company(company_id_of("golf")):
        assert RuleSet.objects.get(is_active=True).monetary[0] == 40_000
        assert Order.objects.filter(currency="THB", platform="pos").count() >= 12
    for slug in BUSINESSES:
        with use_company(company_id_of(slug)):
            assert Order.objects.filter(is_counted=True, customer__isnull=False).exists()


def test_segments_are_filled_by_rule_and_by_hand():
    for slug in BUSINESSES:
        with use_company(company_id_of(slug)):
            segments = {segment.slug: segment for segment in Segment.objects.all()}
            assert len(segments) == 8
            assert segments["new"].members > 0
            by_hand = segments["friends-of-the-house"]
            assert by_hand.rules is None
            members = SegmentMember.objects.filter(segment=by_hand)
            assert sorted(members.values_list("how", flat=True)) == ["added"] * 6 + ["kept_out"]


def test_a_file_of_orders_came_in_but_for_two_rows():
    for slug in ("comedy", "golf"):
        with use_company(company_id_of(slug)):
            done = OrderImport.objects.get()
            assert done.state == ImportState.DONE
            assert (done.created_orders, done.bad_rows, done.new_customers) == (12, 2, 0)
            rows = OrderImportProblem.objects.values_list("row", flat=True)
            assert set(rows) == {14, 15}


def test_the_queue_of_duplicates_has_something_to_decide():
    waiting = {}
    for slug in BUSINESSES:
        with use_company(company_id_of(slug)):
            assert DuplicateScan.objects.get().state == ScanState.DONE
            pairs = DuplicateCandidate.objects.filter(state=CandidateState.OPEN)
            waiting[slug] = pairs.count()
    assert waiting["motors"] >= 3  # the browser tests decide about three


def test_accounts_and_sources_reach_nobody():
    with use_company(company_id_of("comedy")):
        accounts = TicketAccount.objects.all()
        assert {account.platform for account in accounts} == {"humanitix", "eventbrite"}
        assert not any(account.is_active or account.token_sealed for account in accounts)
        assert not InboundSource.objects.get().is_active
        states = InboundDelivery.objects.values_list("state", flat=True)
        assert sorted(states) == ["dead", "ignored", "processed", "processed", "processed"]
        assert ExchangeRate.objects.filter(currency="USD").count() == 3


def test_views_show_what_was_loaded():
    with use_company(company_id_of("comedy")):
        assert MarketingExport.objects.count() == 60


def test_an_interrupted_load_goes_on_with_the_rest():
    """The companies are there, but the load ended before segments and views."""
    company = Company.objects.using("owner").get(slug="grounds")
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE crm_auditevent DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE crm_auditevent SET action = 'demo.none' WHERE company_id = %s "
            "AND action = 'demo.furnished'",
            [company.pk],
        )
        cursor.execute("ALTER TABLE crm_auditevent ENABLE TRIGGER USER")
    assert "Prairie Groundworks: segments" in run("load_demo", "--small")
    assert "segments" not in run("load_demo", "--small")
    with use_company(company.pk):
        assert Segment.objects.count() == 8


def test_a_stranger_sees_nothing_of_it():
    with use_company(company_id_of("acme")):
        assert not Customer.objects.exists()
        assert not Order.objects.exists()
        assert not OrderImport.objects.exists()
        assert not InboundSource.objects.exists()
        assert Company.objects.get().slug == "acme"


def test_more_customers_come_whole_or_not_at_all():
    """A customer of your own has the number that the next chunk begins with."""
    number = POOLS["TH"].number(100_000)
    with use_company(company_id_of("golf")):
        holder = Customer.objects.first()
        assert holder is not None
        own = ContactPoint.objects.create(
            company_id=holder.company_id,
            customer=holder,
            kind="phone",
            value=number,
            as_typed=number,
        )
        before = Customer.objects.count()
    with pytest.raises(CommandError, match="of your own"):
        call_command("load_demo", "--small", "--companies", "golf", "--size", "160")
    with use_company(company_id_of("golf")):
        assert Customer.objects.count() == before
        own.delete()
    run("load_demo", "--small", "--companies", "golf", "--size", "160")
    with use_company(company_id_of("golf")):
        assert Customer.objects.count() == 160
        assert Customer.objects.values("code").distinct().count() == 160
        events = AuditEvent.objects.filter(action__startswith="demo.").order_by("id")
        assert list(events.values_list("action", flat=True)) == [
            "demo.loaded",
            "demo.furnished",
            "demo.extended",
            "demo.finished",
        ]
    assert_scores_hold()
    assert "there already" in run("load_demo", "--small", "--companies", "golf", "--size", "160")


def test_unknown_companies_and_sizes_are_refused():
    with pytest.raises(CommandError, match="choose from golf"):
        call_command("load_demo", "--companies", "golf,nobody")
    with pytest.raises(CommandError, match="--size"):
        call_command("load_demo", "--size", "-1")
