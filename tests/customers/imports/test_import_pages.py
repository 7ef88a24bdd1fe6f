"""From the file to the undo, as somebody at a browser does it."""

import csv
import io
from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import StaffMember
from crm.models.file_import import ImportState
from crm.roles import Role
from customers.models import ContactImport, Customer
from customers.tasks import run_contact_import
from customers.web import import_forms
from tests.customers.contact_files.test_workbooks import book
from tests.factories.contact_imports import imported, kept, people_file
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
PEOPLE = people_file(("Ana Lim", "0412 345 678", "ana@example.com"), ("=SUM(1)", "bad phone", ""))
MISSING = UUID("0190b3a0-0000-7000-8000-000000000000")


def page(name: str, one: ContactImport) -> str:
    return reverse(f"contact-imports:{name}", args=[one.pk])


def upload(client: Client, content: bytes, *, kind: str = "customers", name: str = "a.csv") -> str:
    file = SimpleUploadedFile(name, content)
    answer = client.post(reverse("contact-imports:upload"), {"kind": kind, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def test_from_the_file_to_the_undo(acme: World, client_of: SignIn) -> None:
    admin = client_of(acme.staff[Role.ADMIN])
    where = upload(admin, PEOPLE)
    one = ContactImport.objects.get()
    reading = admin.get(where).content.decode()
    assert "0412 345 678" in reading
    assert "Taken for" in reading
    typed = {"region": "AU", "asks_who_is_here": "on", "do": "rehearse"}
    assert admin.post(page("start", one), typed).status_code == 302
    progress = admin.get(page("progress", one), headers={"HX-Request": "true"})
    assert "Waiting for a worker" in progress.content.decode()
    run_contact_import(acme.company.pk, str(one.pk))
    said = admin.get(where).content.decode()
    assert "Nothing is entered yet" in said
    assert not Customer.objects.exists()
    admin.post(page("bring-in", one))
    run_contact_import(acme.company.pk, str(one.pk))
    assert Customer.objects.count() == 2
    ended = admin.get(page("progress", one), headers={"HX-Request": "true"})
    assert ended.headers["HX-Refresh"] == "true"
    assert "Row 3" in admin.get(where).content.decode()
    admin.post(page("undo", one))
    run_contact_import(acme.company.pk, str(one.pk))
    assert "What the undo did" in admin.get(where).content.decode()
    assert not Customer.objects.live().exists()
    assert one.file_name in admin.get(reverse("contact-imports:list")).content.decode()


def test_the_second_run_says_that_nothing_changed(acme: World, client_of: SignIn) -> None:
    good = people_file(("Ana Lim", "0412345678", ""))
    imported(acme, good)
    admin = client_of(acme.staff[Role.ADMIN])
    where = upload(admin, good)
    assert "has been imported before" in admin.get(where).content.decode()
    one = ContactImport.objects.get(state=ImportState.NEW)
    admin.post(page("start", one), {"region": "AU", "do": "import"})
    run_contact_import(acme.company.pk, str(one.pk))
    assert "Nothing changed" in admin.get(where).content.decode()


def test_a_header_that_nobody_knows_can_be_told(acme: World, client_of: SignIn) -> None:
    admin = client_of(acme.staff[Role.ADMIN])
    where = upload(admin, book(["Who", "Rang from"], ["Ana Lim", "0412345678"]), name="a.xlsx")
    assert "What the columns hold" in admin.get(where).content.decode()
    one = ContactImport.objects.get()
    refused = admin.post(page("start", one), {"region": "AU"})
    assert refused.status_code == 422
    assert "should name the columns" in refused.content.decode()
    told = {"region": "AU", "column_0": "FULL_NAME", "column_1": "PHONE", "do": "import"}
    admin.post(page("start", one), told)
    run_contact_import(acme.company.pk, str(one.pk))
    assert Customer.objects.get().full_name == "Ana Lim"


def test_the_error_file_runs_nothing(acme: World, client_of: SignIn) -> None:
    content = people_file(("Ana", "x"), header="Name,=cmd()")
    one = kept(acme, content)
    admin = client_of(acme.staff[Role.ADMIN])
    admin.post(page("start", one), {"region": "AU", "column_1": "PHONE", "do": "import"})
    run_contact_import(acme.company.pk, str(one.pk))
    answer = admin.get(page("problems", one))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Step", "Row", "Column", "Kind", "Entered", "What to do"]
    assert rows[1][:5] == ["Import", "2", "'=cmd()", "validation", "yes"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 no workbook", "damaged"),
        (b"%PDF-1.7", "PDF"),
        (b"\x00\x01\x02" * 50, "not a text file"),
        (b",".join(b"c%d" % n for n in range(9000)) + b"\n", "more than 500 columns"),
    ],
)
def test_what_is_no_such_file(acme: World, client_of: SignIn, content: bytes, said: str) -> None:
    admin = client_of(acme.staff[Role.ADMIN])
    where = upload(admin, content)
    answer = admin.get(where)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    one = ContactImport.objects.get()
    assert admin.post(page("start", one), {"region": "AU"}).status_code == 302
    assert ContactImport.objects.get().state == ImportState.NEW


def test_wrong_forms(acme: World, client_of: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = client_of(acme.staff[Role.ADMIN])
    new = reverse("contact-imports:upload")
    assert admin.get(new).status_code == 200
    for typed in ({}, {"kind": "pets", "file": SimpleUploadedFile("a.csv", b"a")}):
        assert admin.post(new, typed).status_code == 422
    monkeypatch.setattr(import_forms, "LARGEST_FILE", 3)
    large = {"kind": "customers", "file": SimpleUploadedFile("a.csv", b"abcd")}
    assert "larger than 25 MB" in admin.post(new, large).content.decode()
    one = kept(acme, PEOPLE)
    for typed in ({"region": "ZZ"}, {"region": "AU", "column_0": "nothing"}):
        assert admin.post(page("start", one), typed).status_code == 422
    assert admin.post(page("resume", one), follow=True).status_code == 200
    assert admin.get(page("reading", one)).status_code == 200


def test_strangers_and_other_roles(acme: World, globex: World, client_of: SignIn) -> None:
    one = kept(acme, PEOPLE)
    manager = client_of(acme.staff[Role.MANAGER])
    assert manager.get(reverse("contact-imports:list")).status_code == 403
    stranger = client_of(globex.staff[Role.ADMIN])
    for name in ("import", "reading", "progress", "problems"):
        for pk in (one.pk, MISSING):
            path = reverse(f"contact-imports:{name}", args=[pk])
            assert stranger.get(path).status_code == 404
    for name in ("start", "bring-in", "cancel", "resume", "undo"):
        assert stranger.post(page(name, one), {"region": "AU"}).status_code == 404


def test_the_list_costs_the_same_with_any_number(acme: World, client_of: SignIn) -> None:
    admin = client_of(acme.staff[Role.ADMIN])
    kept(acme, PEOPLE)
    admin.get(reverse("contact-imports:list"))
    with CaptureQueriesContext(connection) as one:
        admin.get(reverse("contact-imports:list"))
    for number in range(4):
        kept(acme, people_file((f"Ana {number}", "", "")))
    with CaptureQueriesContext(connection) as five:
        admin.get(reverse("contact-imports:list"))
    assert len(one) == len(five)
