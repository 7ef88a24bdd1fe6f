"""The Django admin: open to admins of the company, bounded, audited."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.models import AuditEvent, Branch, OutboxEvent, StaffMember
from crm.roles import Role
from crm.services.api_keys import KeyValues, create_key
from crm.services.exports import start_export
from crm.services.webhook_endpoints import create_endpoint
from crm.services.webhook_replay import send_test
from customers.models import AutoMergeRule, ContactImport, ExternalIdentity, ProfileLink
from customers.models.duplicate import Verdict
from customers.services.auto_merge import ask_run
from customers.services.code_channels import set_code_channel
from customers.services.consent import record_consent
from customers.services.duplicate_scan import ask_scan
from customers.services.match_decisions import decide
from customers.services.merge import merge_customers
from customers.services.notes import add_note
from customers.services.stage import change_stage
from customers.services.tags import set_tags
from leads.services.create import create_lead
from scoring.models import OrderImport, UnreadOrder
from scoring.services.exchange_rates import set_rate
from scoring.services.membership import add_member
from scoring.services.orders import upsert_orders
from scoring.services.rules import draft_rules
from scoring.services.segments import create_segment
from scoring.services.ticket_accounts import AccountValues, create_account
from tests.customers.profile_links.tokens import trust_line
from tests.factories.candidates import make_pair
from tests.factories.customers import make_customer
from tests.factories.inbox import make_sender
from tests.factories.orders import order_data
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
MODELS = sorted(
    (model._meta.app_label, model._meta.model_name)
    for model in admin.site._registry
    if model._meta.app_label in ("crm", "customers", "leads", "scoring")
)


def test_every_model_of_ours_is_registered() -> None:
    ours = {
        (model._meta.app_label, model._meta.model_name)
        for model in apps.get_models()
        if model._meta.app_label in ("crm", "customers", "leads", "scoring")
    }
    shown_elsewhere = {
        ("crm", "apikeybranch"),  # on the page of its key
        ("crm", "changefeed"),
        ("crm", "idempotentrequest"),  # answers to other systems, kept for a day
        ("crm", "user"),
        ("crm", "webhookturn"),
        ("customers", "commonvalue"),
        ("customers", "compareagain"),
        ("customers", "contactimportchange"),  # what undoing an import needs
        ("customers", "contactimportcustomer"),
        ("leads", "leadimportlead"),
        ("customers", "customertag"),
        ("customers", "dataproblemcount"),  # under Data quality
        ("customers", "dataproblemcustomer"),
        ("customers", "linkcode"),  # nobody's to read
        ("customers", "matchmodel"),
        ("customers", "matchrecord"),
        ("customers", "mergedrecord"),  # on the page of its merge, as its journal is
        ("customers", "mergemove"),
        ("scoring", "columnchoice"),
        ("scoring", "marketingexport"),  # a view: exported under Reports
        ("scoring", "orderimportcustomer"),
        ("scoring", "scoringday"),
        ("scoring", "segmentrecheck"),
        ("scoring", "viewrefresh"),  # of no company: shown under Data freshness
    }
    projections = {pair for pair in ours if pair[1] and pair[1].startswith("search")}
    assert ours - shown_elsewhere - projections == set(MODELS)


@pytest.fixture
def a_row_of_each(acme: World) -> None:
    """One row in every list: by services where there are some."""
    actor = acme.actor(Role.ADMIN)
    customer = make_customer(actor, name="Zoe Row", email="zoe@example.org")
    shared = {"company": acme.company, "customer": customer}
    ExternalIdentity.objects.create(system="till", external_id="1", **shared)
    ProfileLink.objects.create(provider="line", profile_id="1", **shared)
    set_tags(actor=actor, customer_id=customer.pk, names=["vip"])
    add_note(actor=actor, customer_id=customer.pk, text="likes tea")
    record_consent(
        actor=actor, customer_id=customer.pk, channel="email", granted=True, source="desk"
    )
    change_stage(actor=actor, customer_id=customer.pk, stage="customer", reason="bought")
    create_lead(actor=actor, branch_id=acme.north.pk, customer_id=customer.pk)
    make_sender(acme, kind="capture").send({"event": "test"})
    set_code_channel(actor=actor, kind="webhook", url="https://shop.example/codes")
    trust_line(acme)
    endpoint, _ = create_endpoint(actor=actor, name="The app", url="https://shop.example/")
    send_test(actor=actor, endpoint_id=endpoint.pk)
    order_import = OrderImport.objects.create(
        company=acme.company, file_name="a.csv", layout="generic", content=b"", content_digest=""
    )
    contact_import = ContactImport.objects.create(
        company=acme.company, file_name="b.csv", content=b"", content_digest=""
    )
    contact_import.problems.create(
        company=acme.company, row=2, column="Phone", message="Not one.", sort="validation"
    )
    start_export(actor=actor)
    create_key(actor=actor, values=KeyValues(name="The app", scopes=["customers:read"]))
    order = order_data()
    upsert_orders(actor=actor, orders=[order], order_import=order_import)
    account = create_account(
        actor=actor, platform="humanitix", values=AccountValues(name="Main"), token="of-a-test"
    )
    UnreadOrder.objects.create(
        company=acme.company, account=account, external_id="1", raw={}, message="No currency."
    )
    set_rate(actor=actor, currency="USD", rate=Decimal("1.5"), valid_from=date(2026, 3, 1))
    order_import.problems.create(company=acme.company, row=2, column="Email", message="Not one.")
    segment = create_segment(actor=actor, name="Regulars of the row")
    add_member(actor=actor, segment_id=segment.pk, customer_id=customer.pk)
    draft_rules(actor=actor, values={})
    day = order.ordered_at.date()
    _merge_and_review(acme)
    with connection.cursor() as cursor:
        cursor.execute("SELECT quintile_refresh(%s), score_snapshot(%s)", [day, day])


def _merge_and_review(acme: World) -> None:
    """A household, a merge, a candidate, and runs of the machine."""
    actor = acme.actor(Role.ADMIN)
    pair = make_pair(acme, name="Alike Row")
    decide(actor=actor, left_id=pair.left_id, right_id=pair.right_id, verdict=Verdict.HOUSEHOLD)
    one, other = (make_customer(actor, name=f"Merged Row {number}") for number in range(2))
    merge_customers(actor=actor, survivor_id=one.pk, others=[other.pk])
    AutoMergeRule.objects.create(company=acme.company)
    run = ask_run(actor=actor)
    run.items.create(
        company=acme.company, left=pair.left, right=pair.right, bits=12, outcome="would_merge"
    )
    ask_scan(actor=actor)


@pytest.mark.parametrize(("app", "model"), MODELS)
def test_every_list_and_row_opens_for_an_admin(
    acme: World, a_row_of_each: None, client_of: SignIn, app: str, model: str
) -> None:
    client = client_of(acme.staff[Role.ADMIN])
    assert client.get(reverse(f"admin:{app}_{model}_changelist")).status_code == 200
    row = apps.get_model(app, model).objects.first()
    assert row is not None
    page = client.get(reverse(f"admin:{app}_{model}_change", args=[row.pk]))
    assert page.status_code == 200
    history = client.get(reverse(f"admin:{app}_{model}_history", args=[row.pk]), follow=True)
    assert history.status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_other_roles_stay_outside(acme: World, client_of: SignIn, role: Role) -> None:
    response = client_of(acme.staff[role]).get(reverse("admin:index"), follow=True)
    assert response.status_code == 403


def test_visitors_sign_in_first(db: None) -> None:
    response = Client().get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_a_new_branch_is_saved_and_audited(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.ADMIN])
    response = client.post(reverse("admin:crm_branch_add"), {"name": "East", "is_active": "on"})
    assert response.status_code == 302
    branch = Branch.objects.get(name="East")
    assert branch.company_id == acme.company.pk
    event = AuditEvent.objects.get(action="branch.created")
    assert (event.door, event.new["name"]) == ("admin", "East")
    assert LogEntry.objects.count() == 0


def test_a_change_keeps_old_and_new(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.ADMIN])
    client.post(
        reverse("admin:crm_branch_change", args=[acme.north.pk]),
        {"name": "Nord", "is_active": "on"},
    )
    event = AuditEvent.objects.get(action="branch.updated")
    assert (event.old, event.new) == ({"name": "North"}, {"name": "Nord"})


def test_a_taken_name_is_said_at_its_field(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.ADMIN])
    response = client.post(reverse("admin:crm_branch_add"), {"name": "South", "is_active": "on"})
    assert response.status_code == 200
    assert b"already exists" in response.content
    assert Branch.objects.filter(name="South").count() == 1


def test_another_companys_branch_does_not_exist(
    acme: World, globex: World, client_of: SignIn
) -> None:
    client = client_of(acme.staff[Role.ADMIN])
    foreign = client.get(reverse("admin:crm_branch_change", args=[globex.north.pk]))
    missing = client.get(reverse("admin:crm_branch_change", args=[globex.company.pk]))
    assert foreign.status_code == missing.status_code == 302  # back to the index, as Django does
    assert foreign.url == missing.url == reverse("admin:index")


def test_a_new_staff_member_signs_in_with_the_shown_password(
    acme: World, client_of: SignIn
) -> None:
    client = client_of(acme.staff[Role.ADMIN])
    response = client.post(
        reverse("admin:crm_staffmember_add"),
        {"display_name": "Nia New", "email": "Nia@acme.example", "role": "receptionist",
         "branch": str(acme.south.pk)},
        follow=True,
    )  # fmt: skip
    shown = str(next(iter(response.context["messages"])))
    password = shown.partition(": ")[2].partition(" –")[0]
    member = StaffMember.objects.get(display_name="Nia New")
    assert member.user is not None
    assert member.user.email == "nia@acme.example"
    assert member.user.check_password(password)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"role": "manager", "email": ""}, "needs an e-mail"),
        ({"role": "manager", "email": "admin@globex.example"}, "already signs in"),
        ({"role": "receptionist", "email": "new@acme.example"}, "belongs to one branch"),
    ],
)
def test_a_bad_staff_member_is_refused_in_words(
    acme: World, client_of: SignIn, values: dict[str, str], message: str
) -> None:
    client = client_of(acme.staff[Role.ADMIN])
    before = StaffMember.objects.count()
    response = client.post(
        reverse("admin:crm_staffmember_add"), {"display_name": "X", **values}, follow=True
    )
    assert message in response.content.decode()
    assert StaffMember.objects.count() == before


def test_an_admin_cannot_lock_themselves_out(acme: World, client_of: SignIn) -> None:
    me = acme.staff[Role.ADMIN]
    response = client_of(me).post(
        reverse("admin:crm_staffmember_change", args=[me.pk]),
        {"display_name": me.display_name, "role": "manager", "is_active": "on"},
        follow=True,
    )
    assert "from yourself" in response.content.decode()
    me.refresh_from_db()
    assert me.role == Role.ADMIN


def test_history_is_read_only(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.ADMIN])
    client.post(reverse("admin:crm_branch_add"), {"name": "East", "is_active": "on"})
    event = AuditEvent.objects.get(action="branch.created")
    page = reverse("admin:crm_auditevent_change", args=[event.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": "rewritten"}).status_code == 403
    assert client.get(reverse("admin:crm_auditevent_add")).status_code == 403
    assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_dead_event_gets_new_attempts(acme: World, client_of: SignIn) -> None:
    now = timezone.now()
    event = OutboxEvent.objects.create(
        company=acme.company, topic="test.dead", due_at=now, dead_at=now, attempts=10
    )
    client_of(acme.staff[Role.ADMIN]).post(
        reverse("admin:crm_outboxevent_changelist"),
        {"action": "try_again", "_selected_action": [str(event.pk)]},
    )
    event.refresh_from_db()
    assert (event.dead_at, event.attempts) == (None, 0)


def test_a_customer_is_found_by_phone_and_opened(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor(), name="Zoe Found", phone="0412 345 678")
    make_customer(acme.actor(), name="Someone Else", phone="0412 999 111")
    client = client_of(acme.staff[Role.ADMIN])
    found = client.get(reverse("admin:customers_customer_changelist"), {"q": "0412 345 678"})
    assert b"Zoe Found" in found.content
    assert b"Someone Else" not in found.content
    page = client.get(reverse("admin:customers_customer_change", args=[customer.pk]))
    assert page.status_code == 200
    assert b"+61412345678" in page.content
