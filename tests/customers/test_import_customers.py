"""An address book becomes customers, and a second run changes nothing."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crm.actors import Door
from crm.errors import Forbidden
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from crm.tabular.date_order import DateOrder
from crm.tenancy import current_company_id
from customers.contact_files.reader import open_contacts
from customers.models import ContactPoint, Customer, Note
from customers.models.customer import Origin
from customers.services.contact_import.report import ImportReport, RowOutcome
from customers.services.find_or_create import find_or_create_by_phone
from customers.services.identify import identify
from customers.services.import_contacts import import_contacts
from tests.factories.customers import make_customer
from tests.factories.google_export import google_export, google_people
from tests.threads import run_threads
from tests.worlds import World

SAMPLES = Path(__file__).parents[1] / "payloads" / "contact_files"
HEADER = ["Name", "Phone", "Mobile", "Email", "Birthday", "City", "Notes", "Tags"]


def run(world: World, content: bytes, *, dry_run: bool = False, region: str = "") -> ImportReport:
    contacts = open_contacts(io.BytesIO(content), date_order=DateOrder.DAY_FIRST)
    actor = world.system(door=Door.IMPORT)
    return import_contacts(actor=actor, rows=contacts, region=region, dry_run=dry_run)


def table(*rows: Iterable[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for row in rows:
        cells = list(row)
        writer.writerow([*cells, *[""] * (len(HEADER) - len(cells))])
    return text.getvalue().encode()


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return (report.new, report.updated, report.unchanged, report.doubtful, report.bad)


def values(name: str) -> set[str]:
    points = ContactPoint.objects.filter(customer__full_name=name)
    return {point.value for point in points}


def test_a_person_with_all_they_have(acme: World) -> None:
    row = ["Ana Lim", "0412 345 678", "02 9374 4000", "Ana@X.com", "14/03/1985", "Perth", "VIP!"]
    report = run(acme, table([*row, "golf, vip"]))
    assert counts(report) == (1, 0, 0, 0, 0)
    ana = Customer.objects.get()
    assert (ana.full_name, ana.family_name, ana.city, ana.origin) == (
        "Ana Lim",
        "Lim",
        "Perth",
        "import",
    )
    assert str(ana.birthday) == "1985-03-14"
    assert values("Ana Lim") == {"+61412345678", "+61293744000", "ana@x.com"}
    assert ContactPoint.objects.filter(is_primary=True).count() == 2
    assert [note.text for note in Note.objects.all()] == ["VIP!"]
    assert {tag.name for tag in ana.tags.all()} == {"golf", "vip"}
    created = AuditEvent.objects.get(action="customer.created")
    assert (created.door, created.subject_id) == ("import", str(ana.pk))
    assert OutboxEvent.objects.get().topic == "customer.created"
    summary = AuditEvent.objects.get(action="customers.imported")
    assert summary.new is not None
    assert (summary.new["rows"], summary.new["new"]) == (1, 1)


def test_a_second_run_changes_nothing(acme: World) -> None:
    content = table(
        ["Ana Lim", "0412 345 678", "", "ana@x.com", "14/03/1985", "Perth", "Note", "vip"],
        ["Ben Lim", "0412 345 678"],
        ["Only A Name"],
        ["", "", "", "no.name@x.com"],
        ["Cho Wu", "123", "", "cho@x.com"],
    )
    first = run(acme, content)
    assert counts(first) == (3, 0, 0, 1, 1)
    events = AuditEvent.objects.count()
    second = run(acme, content)
    assert counts(second) == (0, 0, 4, 0, 1)
    assert Customer.objects.count() == 5
    assert AuditEvent.objects.count() == events + 1


def test_blanks_are_filled_what_staff_entered_stays(acme: World) -> None:
    make_customer(acme.system(), name="Ana Lim", phone="0412 345 678", city="Sydney")
    report = run(
        acme,
        table(["ANA  LIM", "+61 412 345 678", "0413 000 111", "a@x.com", "14/03/1985", "Perth"]),
    )
    assert counts(report) == (0, 1, 0, 0, 0)
    ana = Customer.objects.get()
    assert (ana.full_name, ana.city, str(ana.birthday), ana.version) == (
        "Ana Lim",
        "Sydney",
        "1985-03-14",
        2,
    )
    assert values("Ana Lim") == {"+61412345678", "+61413000111", "a@x.com"}
    event = AuditEvent.objects.get(action="customer.updated")
    assert event.old == {"birthday": None}
    assert event.new == {
        "birthday": "1985-03-14",
        "phones": ["+61413000111"],
        "emails": ["a@x.com"],
    }
    assert OutboxEvent.objects.filter(topic="customer.phone_added").count() == 1


def test_an_unknown_caller_gets_their_name(acme: World) -> None:
    caller = find_or_create_by_phone(
        actor=acme.system(), phone_text="0412 345 678", origin=Origin.LEAD
    ).customer
    report = run(acme, table(["Ana Lim", "0412 345 678"]))
    assert counts(report) == (0, 1, 0, 0, 0)
    ana = Customer.objects.get()
    assert (ana, ana.full_name, ana.name_is_placeholder) == (caller, "Ana Lim", False)


@pytest.mark.parametrize(
    "name", ["Ana Lim", "LIM, Ana", "Dr. Ána Lim", "A. Lim", "Lim", "Ana Maria Lim", "", "N/A"]
)
def test_the_same_person_written_otherwise(acme: World, name: str) -> None:
    make_customer(acme.system(), name="Ana Lim", phone="0412 345 678")
    assert counts(run(acme, table([name, "0412 345 678"]))) == (0, 0, 1, 0, 0)
    assert Customer.objects.get().full_name == "Ana Lim"


def test_a_relative_gets_a_record_and_the_number_is_shared(acme: World) -> None:
    mother = make_customer(acme.system(), name="Mother Lim", phone="0412 345 678")
    report = run(acme, table(["Child Lim", "0412 345 678", "", "child@x.com"]))
    assert counts(report) == (0, 0, 0, 1, 0)
    assert [(remark.row, remark.column, remark.was_entered) for remark in report.remarks] == [
        (2, "Phone", True)
    ]
    found = identify(actor=acme.system(), phone="+61412345678")
    assert {one.full_name for one in found.candidates} == {"Mother Lim", "Child Lim"}
    assert all(point.is_shared for point in ContactPoint.objects.filter(kind="phone"))
    shared = AuditEvent.objects.get(action="customer.contact_shared")
    assert shared.subject_id == str(mother.pk)
    assert counts(
        run(acme, table(["Child Lim", "0412 345 678"], ["Mother Lim", "0412345678"]))
    ) == (
        0,
        0,
        2,
        0,
        0,
    )


def test_phone_and_email_of_different_people_stay_out(acme: World) -> None:
    make_customer(acme.system(), name="Ana Lim", phone="0412 345 678")
    make_customer(acme.system(), name="Ben Roy", phone="", email="ben@x.com")
    report = run(acme, table(["Ana Lim", "0412 345 678", "", "ben@x.com"]))
    assert counts(report) == (0, 0, 0, 1, 0)
    assert (report.entered.total(), Customer.objects.count()) == (0, 2)
    assert "different customers" in report.remarks[0].message
    assert ContactPoint.objects.count() == 2


def test_a_shared_number_without_a_name_says_nothing(acme: World) -> None:
    for name in ("Ana Lim", "Ben Lim"):
        make_customer(acme.system(), name=name, phone="0412 345 678", share=True)
    report = run(acme, table(["", "0412 345 678"]))
    assert (counts(report), report.entered.total()) == ((0, 0, 0, 1, 0), 0)


def test_people_of_one_file_meet_each_other(acme: World) -> None:
    """Also across batches: the second half is more than 500 rows later."""
    far = [
        [f"Chandra {chr(97 + n // 26)}{chr(97 + n % 26)}", f"0413{n:06d}"] for n in range(1, 600)
    ]
    content = table(
        ["Ana Lim", "0412 345 678"],
        ["Ana Lim", "0412 345 678", "", "ana@x.com"],
        ["Ben Lim", "0412 345 678"],
        *far,
        ["Cho Lim", "0412 345 678"],
        ["Ana Lim", "0412 345 678"],
    )
    for dry_run in (True, False):
        report = run(acme, content, dry_run=dry_run)
        assert counts(report) == (600, 1, 1, 2, 0)
    assert ContactPoint.objects.filter(value="+61412345678", is_shared=True).count() == 3


def test_the_good_parts_of_a_bad_row_are_kept(acme: World) -> None:
    report = run(
        acme,
        table(
            ["Ana Lim", "123", "0412 345 678", "no at"],
            ["12345", "0412 345 679"],
            ["Cho Wu", "call me"],
            ["", "999", "", "nobody"],
            ["Dee Fox", "0412 345 680", "", "noemail@noemail.com"],
        ),
    )
    assert counts(report) == (1, 0, 0, 0, 4)
    assert report.entered[RowOutcome.BAD] == 3
    assert values("Ana Lim") == {"+61412345678"}
    assert values("Unknown caller") == {"+61412345679"}
    assert values("Cho Wu") == set()
    assert values("Dee Fox") == {"+61412345680"}
    assert [(remark.row, remark.column) for remark in report.remarks] == [
        (2, "Phone"),
        (2, "Email"),
        (3, "Name"),
        (4, "Phone"),
        (5, "Phone"),
        (5, "Email"),
        (6, "Email"),
    ]


@pytest.mark.parametrize(
    "sample", sorted(path.name for path in SAMPLES.glob("*.csv") if path.name != "bad_rows.csv")
)
def test_every_phone_of_the_samples_finds_its_person(acme: World, sample: str) -> None:
    content = (SAMPLES / sample).read_bytes()
    rehearsal = run(acme, content, dry_run=True)
    assert not Customer.objects.exists()
    report = run(acme, content)
    assert counts(report) == counts(rehearsal)
    assert report.remarks == rehearsal.remarks
    assert report.new + report.doubtful >= 1
    unread = {remark.row for remark in report.remarks if remark.outcome == RowOutcome.BAD}
    for row in open_contacts(io.BytesIO(content)):
        if row.phones and row.row_number not in unread:
            held = ContactPoint.objects.filter(customer__full_name=row.full_name, kind="phone")
            assert held.count() >= len(row.phones)
    again = run(acme, content)
    assert (again.new, again.updated) == (0, 0)


def test_bad_rows_are_named_and_the_rest_is_entered(acme: World) -> None:
    report = run(acme, (SAMPLES / "bad_rows.csv").read_bytes())
    assert {remark.row for remark in report.remarks if remark.outcome == "bad"} == {3, 4, 5, 7}
    names = set(Customer.objects.values_list("full_name", flat=True))
    assert names == {"Good Person", "Bad Date", "Also Good"}


@pytest.mark.parametrize(
    ("region", "count"),
    [
        ("TH", 300),
        ("IN", 600),
        pytest.param("AU", 10_000, marks=[pytest.mark.large, pytest.mark.timeout(900)]),
    ],
)
def test_everybody_of_a_google_export_is_found_by_phone(
    acme: World, region: str, count: int
) -> None:
    content = google_export(count, region=region)
    report = run(acme, content, region=region)
    assert (report.rows, report.bad, report.entered[RowOutcome.DOUBTFUL]) == (
        count,
        0,
        report.doubtful,
    )
    holders: dict[str, set[str]] = {}
    for value, name in ContactPoint.objects.filter(kind="phone", is_live=True).values_list(
        "value", "customer__full_name"
    ):
        holders.setdefault(value, set()).add(name)
    for person in google_people(count, region=region):
        name = f"{person.cells['First Name']} {person.cells['Last Name']}"
        assert name in holders[person.mobile]
    if count < 1000:
        again = run(acme, content, region=region)
        assert (again.new, again.updated, again.doubtful) == (0, 0, 0)


def test_an_interrupted_import_goes_on_where_it_was(acme: World) -> None:
    content = table(*([f"Chandra {number}", f"0413{number:06d}"] for number in range(1, 601)))

    def interrupt(rows: int) -> None:
        raise KeyboardInterrupt

    contacts = open_contacts(io.BytesIO(content))
    with pytest.raises(KeyboardInterrupt):
        import_contacts(actor=acme.system(), rows=contacts, on_progress=interrupt)
    assert Customer.objects.count() == 500
    assert counts(run(acme, content)) == (100, 0, 500, 0, 0)


def test_a_file_that_breaks_off_keeps_the_rows_before(acme: World) -> None:
    content = table(["Ana Lim", "0412 345 678"]) + b"x" * 20_000_000
    report = run(acme, content)
    assert report.stopped
    assert Customer.objects.get().full_name == "Ana Lim"


def test_only_admins_import_and_only_into_their_company(acme: World, globex: World) -> None:
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(Forbidden):
            import_contacts(actor=acme.actor(role), rows=[])
    run(acme, table(["Ana Lim", "0412 345 678"]))
    with globex.inside():
        assert not Customer.objects.exists()


def test_eight_imports_and_callers_at_once_make_nobody_twice(committed: None, acme: World) -> None:
    content = table(*([f"Chandra {chr(97 + n)}", f"041300000{n}"] for n in range(10)))

    def act(number: int) -> None:
        with acme.inside():
            if number % 2:
                run(acme, content)
                return
            find_or_create_by_phone(
                actor=acme.system(), phone_text=f"041300000{number}", origin=Origin.LEAD
            )

    run_threads(8, act)
    with acme.inside():
        assert Customer.objects.count() == 10
        assert not Customer.objects.filter(name_is_placeholder=True).exists()


class TestCommand:
    """`manage.py import_customers`."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes(table(["Ana Lim", "0412 345 678"], ["Ben Roy", "123"]))
        return path

    def call(self, file: Path, *options: str, company: str = "acme") -> str:
        out = io.StringIO()
        call_command("import_customers", str(file), "--company", company, *options, stdout=out)
        return out.getvalue()

    def test_it_says_what_became_of_the_rows(
        self, committed: None, acme: World, file: Path, tmp_path: Path
    ) -> None:
        rehearsal = self.call(file, "--dry-run")
        assert "2 rows would be imported into Acme" in rehearsal
        report = tmp_path / "report.csv"
        said = self.call(file, "--report", str(report))
        assert rehearsal.replace("would be imported", "imported") in said
        assert "row 3, Phone:" in said
        with report.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
        assert rows[1][:4] == ["3", "Phone", "bad", "yes"]
        assert current_company_id() is None
        with acme.inside():
            assert Customer.objects.count() == 2
            event = AuditEvent.objects.get(action="customers.imported")
            assert (event.door, event.actor_name) == ("import", "import_customers")

    def test_what_it_cannot_do_it_says(self, acme: World, file: Path, tmp_path: Path) -> None:
        bad: list[tuple[Any, ...]] = [
            (file, (), "nobody"),
            (file, ("--region", "ZZ"), "acme"),
            (tmp_path / "missing.csv", (), "acme"),
            (tmp_path, (), "acme"),
        ]
        empty = tmp_path / "empty.csv"
        empty.write_bytes(b"")
        bad.append((empty, (), "acme"))
        for path, options, company in bad:
            with pytest.raises(CommandError):
                self.call(path, *options, company=company)
