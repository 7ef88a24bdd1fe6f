"""The export of everything that a company owns."""

import csv
import io
from pathlib import Path

import pytest
from django.core.checks import run_checks

from crm.exports import dataset_rows, datasets
from crm.models import AuditEvent, InboundSource
from crm.roles import Role
from tests.crm.exports.everything import exported, furnish, rows_of
from tests.factories.customers import make_customer
from tests.factories.inbox import make_sender
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("storage")


def test_everything_is_in_it_and_nothing_of_others(acme: World, globex: World) -> None:
    ana, older, other = furnish(acme)
    with globex.inside():
        make_customer(globex.actor(), name="Stranger of Globex")
    _, archive = exported(acme)

    customers = {row["id"]: row for row in rows_of(archive, "customers")}
    assert set(customers) == {str(one.pk) for one in (ana, older, other)}
    assert customers[str(older.pk)]["merged_into_id"] == str(ana.pk)
    assert {row["text"] for row in rows_of(archive, "notes")} == {
        "Likes the window table, “12”",
        "Nobody’s business",
    }
    assert rows_of(archive, "orders")[0]["net"] == "12.50"
    assert rows_of(archive, "customer_tags")[0]["tag__name"] == "VIP"
    assert rows_of(archive, "company")[0]["slug"] == "acme"
    assert len(rows_of(archive, "staff")) == len(acme.staff) + 2
    for name in ("leads", "lead_events", "merges", "scores", "score_ledger", "audit"):
        assert rows_of(archive, name), name
    assert not [name for name in archive.namelist() if b"Globex" in archive.read(name)]


def test_both_formats_have_the_same_rows_and_the_readme_names_each_column(acme: World) -> None:
    furnish(acme)
    job, archive = exported(acme)
    text = archive.read("README.txt").decode()
    for dataset in datasets.datasets():
        lines = archive.read(f"{dataset.name}.csv").decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(lines, newline=""))
        assert header == dataset.columns
        assert len(rows) == len(rows_of(archive, dataset.name)) == job.rows_of[dataset.name]
        assert f"{dataset.name} (" in text
        assert all(f"  {column} (" in text for column in dataset.columns)
    assert job.rows_done == sum(job.rows_of.values())


def test_a_spreadsheet_runs_nothing_of_it(acme: World) -> None:
    furnish(acme)
    _, archive = exported(acme)
    names = [row["full_name"] for row in rows_of(archive, "customers")]
    assert "=HYPERLINK(1)" in names
    as_csv = archive.read("customers.csv").decode()
    assert "'=HYPERLINK(1)" in as_csv
    assert ",=" not in as_csv
    assert "'+61" in archive.read("contact_points.csv").decode()


def test_no_secret_is_in_it(acme: World) -> None:
    make_sender(acme, kind="capture", signing_secret="a secret of thirty-two letters.")
    _, archive = exported(acme)
    columns = set(rows_of(archive, "inbound_sources")[0])
    assert InboundSource.objects.count() == 1
    assert not {name for name in columns if "digest" in name or "sealed" in name}
    assert "password" not in archive.read("staff.ndjson").decode()


def test_small_pieces_give_every_row_once(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_rows, "PIECE", 2)
    made = [make_customer(acme.actor()).pk for _ in range(5)]
    _, archive = exported(acme)
    assert [row["id"] for row in rows_of(archive, "customers")] == [str(pk) for pk in made]
    assert len(rows_of(archive, "branches")) == 2


def test_the_trail_tells_who_made_and_took_it(acme: World) -> None:
    job, _ = exported(acme)
    told = AuditEvent.objects.filter(subject_id=str(job.pk)).order_by("position", "at")
    assert {one.action: one.actor_name for one in told} == {
        "export.started": acme.staff[Role.ADMIN].display_name,
        "export.done": f"{acme.staff[Role.ADMIN].display_name} (export)",
        "export.downloaded": acme.staff[Role.ADMIN].display_name,
    }


def test_the_file_is_nobody_elses_to_read(acme: World, storage: Path) -> None:
    job, _ = exported(acme)
    assert (storage / job.stored_as).is_file()
    assert job.stored_as.startswith(f"exports/{acme.company.pk}/{job.pk}-")


def test_a_table_that_was_forgotten_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: one for name, one in datasets._datasets.items() if name != "notes"}
    monkeypatch.setattr(datasets, "_datasets", known)
    found = [error for error in run_checks(tags=["switchboard"]) if error.id == "crm.E002"]
    assert [error.msg for error in found] == [
        "customers.Note is in no export of everything that a company owns."
    ]


def test_reasons_are_given_for_tables_that_exist_or_come(acme: World) -> None:
    exported_labels = {one.model._meta.label for one in datasets.datasets()}
    assert not exported_labels & datasets.left_out().keys()
    assert all(len(why) > 10 for why in datasets.left_out().values())
