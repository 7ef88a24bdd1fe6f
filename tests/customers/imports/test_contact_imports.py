"""Imports of customers as work: rehearsed, brought in, stopped, taken up again, repeated."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from crm.celery import app
from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.models.file_import import ImportState
from crm.outbox import drain
from crm.roles import Role
from customers.contact_files.rows import FileFormat
from customers.models import ContactImport, ContactImportProblem, Customer
from customers.selectors.contact_imports import get_import, list_imports
from customers.services import contact_import_run
from customers.services.contact_import_run import run_import
from customers.services.contact_imports import (
    ContactOptions,
    cancel_import,
    keep_file,
    resume_import,
    start_import,
    undo_import,
)
from customers.tasks import run_contact_import, sweep_contact_imports
from tests.factories.contact_imports import imported, kept, people_file, started, sums
from tests.factories.customers import make_customer
from tests.factories.scanned import scan
from tests.worlds import World

SAMPLES = Path(__file__).parents[2] / "payloads" / "contact_files"
PEOPLE = people_file(
    ("Ana Lim", "0412 345 678", "ana@example.com"),
    ("Bo Chen", "0412 345 679", ""),
    ("", "", ""),
    ("Cy Tan", "not a phone", ""),
)


def names() -> set[str]:
    return set(Customer.objects.values_list("full_name", flat=True))


def test_a_rehearsal_says_what_the_import_does_and_writes_nothing(acme: World) -> None:
    one = imported(acme, PEOPLE, dry_run=True)
    assert sums(one) == {"new": 2, "bad": 1}
    assert not Customer.objects.exists()
    actor = acme.actor(Role.ADMIN)
    start_import(actor=actor, import_id=one.pk)
    assert not ContactImportProblem.objects.exists()  # it finds its own
    run_import(company_id=acme.company.pk, import_id=one.pk)
    one.refresh_from_db()
    assert sums(one) == {"new": 2, "bad": 1}
    assert names() == {"Ana Lim", "Bo Chen", "Cy Tan"}
    problem = ContactImportProblem.objects.get()
    assert (problem.row, problem.column, problem.sort, problem.was_entered) == (
        5,
        "Phone",
        "validation",
        True,
    )
    assert (one.rows_done, one.rows_total) == (3, 3)
    with pytest.raises(Conflict, match="started already"):
        start_import(actor=actor, import_id=one.pk)
    trail = AuditEvent.objects.filter(subject_id=str(one.pk)).values_list("action", flat=True)
    assert set(trail) == {
        f"contactimport.{word}" for word in ("kept", "rehearsed", "started", "done")
    }


def test_a_second_run_changes_nothing(acme: World) -> None:
    imported(acme, PEOPLE)
    before = list(Customer.objects.order_by("pk").values())
    again = imported(acme, PEOPLE)
    assert sums(again) == {"unchanged": 2, "bad": 1}
    assert list(Customer.objects.order_by("pk").values()) == before
    assert not again.changes.exists()


def test_people_who_are_probably_here_are_doubtful(acme: World) -> None:
    known = make_customer(
        acme.actor(), name="William Harrowgate", birthday="1984-03-05", city="Ashby"
    )
    make_customer(acme.actor(), name="Sarah Quill", city="Ashby")
    scan(acme)
    header = "Name,Phone,Birthday,City"
    row = ("Bill Harrowgate", "0412 345 678", "1984-03-05", "Ashby")
    one = imported(acme, people_file(row, header=header))
    assert sums(one) == {"doubtful": 1}
    problem = one.problems.get()
    assert (problem.sort, problem.was_entered) == ("doubtful", False)
    assert known.code in problem.message
    assert "Harrowgate" not in problem.message
    again = imported(acme, people_file(row, header=header), asks_who_is_here=False)
    assert sums(again) == {"new": 1}


def test_what_columns_hold_can_be_told(acme: World) -> None:
    content = people_file(("Ana Lim", "0412345678"), header="Who,Rang from")
    one = kept(acme, content)
    assert "should name the columns" in one.error
    actor = acme.actor(Role.ADMIN)
    with pytest.raises(InvalidInput):
        start_import(actor=actor, import_id=one.pk, options=ContactOptions())
    told = ContactOptions(columns={0: "FULL_NAME", 1: "PHONE"})
    start_import(actor=actor, import_id=one.pk, options=told)
    run_import(company_id=acme.company.pk, import_id=one.pk)
    assert names() == {"Ana Lim"}


@pytest.mark.parametrize(
    ("name", "file_format", "new"),
    [
        ("google_2024.csv", FileFormat.GOOGLE_2024, 5),
        ("outlook_com.csv", FileFormat.OUTLOOK_COM, 2),
        ("hubspot.csv", FileFormat.HUBSPOT, 1),
        ("luma.csv", FileFormat.LUMA, 1),
        ("cards_30.vcf", FileFormat.VCARD, 2),
        ("cards_40.vcf", FileFormat.VCARD, 1),
    ],
)
def test_files_of_programs(acme: World, name: str, file_format: FileFormat, new: int) -> None:
    one = imported(acme, (SAMPLES / name).read_bytes(), date_order="day_first")
    assert one.file_format == file_format
    assert Customer.objects.count() == new
    again = imported(acme, (SAMPLES / name).read_bytes(), date_order="day_first")
    assert again.new_rows == again.updated_rows == 0
    assert Customer.objects.count() == new


def test_stopped_and_gone_on(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_import_run, "BATCH", 1)
    actor = acme.actor(Role.ADMIN)
    one = started(acme, PEOPLE)
    run_import(
        company_id=acme.company.pk,
        import_id=one.pk,
        on_progress=lambda found: cancel_import(actor=actor, import_id=found.pk),
    )
    one.refresh_from_db()
    assert (one.state, one.rows_done) == (ImportState.CANCELLED, 1)
    assert names() == {"Ana Lim"}
    resume_import(actor=actor, import_id=one.pk)
    run_import(company_id=acme.company.pk, import_id=one.pk)
    one.refresh_from_db()
    assert (one.state, sums(one)) == (ImportState.DONE, {"new": 2, "bad": 1})


def test_a_killed_worker_is_followed_by_one_that_goes_on(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_import_run, "BATCH", 1)

    def dies(found: ContactImport) -> None:
        raise SystemExit

    one = started(acme, PEOPLE)
    with pytest.raises(SystemExit):
        run_import(company_id=acme.company.pk, import_id=one.pk, on_progress=dies)
    assert sweep_contact_imports() == 0  # nobody knows yet that it died
    long_ago = timezone.now() - timedelta(minutes=2)
    ContactImport.objects.filter(pk=one.pk).update(heartbeat_at=long_ago)
    assert sweep_contact_imports() == 1
    one.refresh_from_db()
    assert (one.state, sums(one)) == (ImportState.DONE, {"new": 2, "bad": 1})
    assert Customer.objects.count() == 3


def test_a_killed_rehearsal_begins_anew(acme: World) -> None:
    one = started(acme, PEOPLE, dry_run=True)
    ContactImport.objects.filter(pk=one.pk).update(
        state=ImportState.RUNNING, rows_done=2, new_rows=2, claim=uuid4()
    )
    run_contact_import(acme.company.pk, str(one.pk))
    one.refresh_from_db()
    assert sums(one) == {"new": 2, "bad": 1}


def test_a_file_that_breaks_off_keeps_what_was_read(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = started(acme, people_file(("Ana Lim", "0412345678", "")) + b"x" * 1_100_000)
    run_import(company_id=acme.company.pk, import_id=one.pk)
    one.refresh_from_db()
    assert one.state == ImportState.FAILED
    assert "no table" in one.error
    assert names() == {"Ana Lim"}


def test_rights_and_strangers(acme: World, globex: World) -> None:
    one = kept(acme, PEOPLE)
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(Forbidden):
            keep_file(actor=acme.actor(role), kind="customers", file_name="a", content=b"a")
    with globex.inside():
        stranger = globex.actor(Role.ADMIN)
        for service in (start_import, cancel_import, resume_import, undo_import, get_import):
            with pytest.raises(NotFound):
                service(actor=stranger, import_id=one.pk)
        assert list_imports(actor=stranger).rows == []


def test_options_are_checked(acme: World) -> None:
    one = kept(acme, PEOPLE)
    actor = acme.actor(Role.ADMIN)
    bad = ContactOptions(region="ZZ", date_order="backwards")
    with pytest.raises(InvalidInput) as refused:
        start_import(actor=actor, import_id=one.pk, options=bad)
    assert set(refused.value.fields) == {"region", "date_order"}
    with pytest.raises(InvalidInput, match="what the file holds"):
        kept(acme, PEOPLE, kind="pets")


def test_the_event_of_a_start_is_handled_and_it_is_swept(committed: None, acme: World) -> None:
    with acme.inside():
        started(acme, PEOPLE)
    assert drain(acme.company.pk) >= 1
    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE["sweep-contact-imports"]["task"] in app.tasks
