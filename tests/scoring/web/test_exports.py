"""Lists as files: the filters of the page, chosen columns, all rows, and who took them."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import AuditEvent, StaffMember
from crm.roles import Role
from scoring.models import ColumnChoice
from scoring.services.membership import add_member
from scoring.services.refresh import RefreshedView, refresh_view
from scoring.services.segments import create_segment
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
NAMES = ["customers", "ranking", "orders", "marketing"]


def file_of(answer: Any) -> list[list[str]]:
    """The rows of a CSV answer, the titles first."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def sent(*columns: str, kind: str = "csv") -> dict[str, Any]:
    return {"columns": columns, "kind": kind}


@pytest.fixture
def people(acme: World) -> None:
    ana = make_customer(acme.system(), name="Ana Best", email="ana@ex.org")
    make_customer(acme.system(), name="=HYPERLINK(1)")
    for _ in range(10):
        place_order(ana, net="120", gross="150")


@pytest.mark.parametrize("name", [*NAMES, "members"])
@pytest.mark.parametrize("role", [Role.TEAM_LEAD, Role.RECEPTIONIST, Role.RELATIONSHIP_MANAGER])
def test_not_for_everybody(acme: World, client_of: SignIn, name: str, role: Role) -> None:
    client = client_of(acme.staff[role])
    assert client.get(f"/exports/{name}/").status_code == 403
    assert client.post(f"/exports/{name}/", sent("code")).status_code == 403
    assert b"/exports/" not in client.get("/customers/").content


def test_the_list_with_its_filters(acme: World, client_of: SignIn, people: None) -> None:
    finance = client_of(acme.staff[Role.FINANCE])
    page = finance.get("/customers/ranking/?band=hot&sort=net&cursor=").content.decode()
    link = "/exports/ranking/?band=hot&amp;sort=net"
    assert f'href="{link}"' in page
    url = link.replace("&amp;", "&")
    assert "With the filters" in finance.get(url).content.decode()
    rows = file_of(finance.post(url, sent("name", "email", "score", "net")))
    assert rows == [
        ["Name", "Email", "Score", "Total Spent"],
        ["Ana Best", "ana@ex.org", "30", "1200.00"],
    ]
    event = AuditEvent.objects.get(action="list.exported")
    assert event.new == {
        "list": "ranking",
        "columns": ["name", "email", "score", "net"],
        "filters": {"band": "hot", "sort": "net"},
        "rows": 1,
    }


def test_all_customers_and_no_formulas(acme: World, client_of: SignIn, people: None) -> None:
    client = client_of(acme.staff[Role.MANAGER])
    answer = client.post("/exports/customers/", sent("name", "stage"))
    day = timezone.localdate(timezone=acme.company.zone)
    assert f'filename="customers-{day}.csv"' in answer.headers["Content-Disposition"]
    rows = file_of(answer)
    assert sorted(row[0] for row in rows) == ["'=HYPERLINK(1)", "Ana Best", "Name"]
    few = file_of(client.post("/exports/customers/?has_email=yes", sent("name")))
    assert few == [["Name"], ["Ana Best"]]


def test_members(acme: World, client_of: SignIn) -> None:
    manager = acme.actor(Role.MANAGER)
    segment = create_segment(actor=manager, name="Front row")
    ana = make_customer(acme.system(), name="Ana Best")
    make_customer(acme.system(), name="Ben Other")
    add_member(actor=manager, segment_id=segment.pk, customer_id=ana.pk)
    client, url = client_of(acme.staff[Role.MANAGER]), "/exports/members/?segment=front-row"
    assert client.get(url).status_code == 200
    assert file_of(client.post(url, sent("name", "how", "score"))) == [
        ["Name", "How", "Score"],
        ["Ana Best", "Added by hand", "6"],
    ]
    for slug, status in (("nobody", 404), ("", 404), ("%00", 400)):
        assert client.get(f"/exports/members/?segment={slug}").status_code == status


def test_orders(acme: World, client_of: SignIn, people: None) -> None:
    rows = file_of(
        client_of(acme.staff[Role.FINANCE]).post(
            "/exports/orders/", sent("event_name", "gross", "net", "status", "customer")
        )
    )
    assert len(rows) == 11
    assert rows[1][:4] == ["Harvest Festival", "150.00", "120.00", "Complete"]
    assert rows[1][4].startswith("CUS-")


def test_marketing(committed: None, acme: World, client_of: SignIn) -> None:
    with acme.inside():
        make_customer(acme.system(), name="Ana Best", email="ana@ex.org")
    refresh_view(view=RefreshedView.MARKETING, asked_by="test")
    client = client_of(acme.staff[Role.MANAGER])
    assert "Data from" in client.get("/exports/marketing/").content.decode()
    rows = file_of(client.post("/exports/marketing/", sent("email", "given_name")))
    assert rows == [["Email", "First Name"], ["ana@ex.org", "Ana"]]
    agreed = client.post("/exports/marketing/", sent("email") | {"channel": "sms"})
    assert file_of(agreed) == [["Email"]]
    wrong = client.post("/exports/marketing/", sent("email") | {"channel": "pigeon"})
    assert wrong.status_code == 422


def test_excel(acme: World, client_of: SignIn, people: None) -> None:
    answer = client_of(acme.staff[Role.ADMIN]).post(
        "/exports/customers/", sent("name", kind="xlsx")
    )
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Ana Best" in sheet
    assert "<f>" not in sheet


def test_the_choice_is_remembered(acme: World, client_of: SignIn, people: None) -> None:
    manager, url = client_of(acme.staff[Role.MANAGER]), "/exports/ranking/"
    b"".join(manager.post(url, sent("city", "net")).streaming_content)  # type: ignore[attr-defined]
    assert manager.get(url).context["form"].initial["columns"] == ["city", "net"]
    admin = client_of(acme.staff[Role.ADMIN])
    assert "city" not in admin.get(url).context["form"].initial["columns"]
    ColumnChoice.objects.update(columns=["no_longer_there"])
    assert "score" in manager.get(url).context["form"].initial["columns"]


@pytest.mark.parametrize(
    "wrong", [sent(), sent("password"), sent("name", kind="pdf"), sent("name", "name\x00")]
)
def test_bad_choices(acme: World, client_of: SignIn, wrong: dict[str, Any]) -> None:
    answer = client_of(acme.staff[Role.MANAGER]).post("/exports/ranking/", wrong)
    assert answer.status_code == 422
    assert not AuditEvent.objects.filter(action="list.exported").exists()


@pytest.mark.parametrize("path", ["ranking/?band=x", "customers/?stage=x", "ranking/?sort=name"])
def test_bad_filters(acme: World, client_of: SignIn, path: str) -> None:
    client = client_of(acme.staff[Role.MANAGER])
    assert client.post(f"/exports/{path}", sent("name")).status_code == 400


def test_another_company(acme: World, globex: World, client_of: SignIn, people: None) -> None:
    stranger = client_of(globex.staff[Role.ADMIN])
    for name in ("customers", "ranking"):
        assert file_of(stranger.post(f"/exports/{name}/", sent("name"))) == [["Name"]]
    assert file_of(stranger.post("/exports/orders/", sent("net"))) == [["Net"]]
    create_segment(actor=acme.actor(Role.MANAGER), name="Front row")
    assert stranger.get("/exports/members/?segment=front-row").status_code == 404
