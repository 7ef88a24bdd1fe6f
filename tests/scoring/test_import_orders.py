"""The command that imports a file of orders."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from scoring.models import ImportState, Order, OrderImport
from tests.factories.cdnow import orders_csv
from tests.scoring.orders.recorded import PAYLOADS
from tests.worlds import World


def run(file: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_orders", str(file), "--company", "acme", *options, stdout=out)
    return out.getvalue()


def test_a_report_comes_in(acme: World) -> None:
    said = run(PAYLOADS / "eventbrite" / "attendees_us.csv", "--month-first")
    assert "6 rows of attendees_us.csv: done" in said
    assert Order.objects.count() == 3
    order_import = OrderImport.objects.get()
    assert (order_import.state, order_import.started_by) == (ImportState.DONE, "import_orders")


def test_bad_rows_are_told(acme: World) -> None:
    said = run(PAYLOADS / "orders_csv" / "bad_rows.csv", "--platform", "shop")
    assert "row 3, ordered_at: This is not a date" in said
    assert Order.objects.get().external_id == "C-4"


def test_a_dry_run_writes_nothing(acme: World) -> None:
    said = run(PAYLOADS / "orders_csv" / "bad_rows.csv", "--platform", "shop", "--dry-run")
    assert "1 orders can be read, 6 cells cannot" in said
    assert not OrderImport.objects.exists()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("eventbrite/attendees_uk.csv", [], "D/M/Y or M/D/Y"),
        ("orders_csv/orders.csv", [], "Name the platform"),
        ("orders_csv/README.md", [], "lacks"),
        ("orders_csv/none.csv", [], "No such file"),
        ("orders_csv/orders.csv", ["--company", "nobody"], "no company"),
        ("humanitix/orders.csv", ["--currency", "dollars"], "currency code"),
        ("humanitix/orders.csv", ["--layout", "eventbrite_csv"], "lacks"),
    ],
)
def test_what_is_missing_is_said(acme: World, name: str, options: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(PAYLOADS / name, *options)
    assert not Order.objects.exists()


def test_again_must_be_meant(acme: World) -> None:
    file = PAYLOADS / "humanitix" / "orders.csv"
    run(file)
    with pytest.raises(CommandError, match="--again"):
        run(file)
    assert "unchanged          3" in run(file, "--again")


def test_real_purchases(acme: World, tmp_path: Path) -> None:
    file = tmp_path / "cdnow.csv"
    file.write_bytes(orders_csv(most=700))
    said = run(file, "--platform", "cdnow", "--zone", "America/New_York")
    assert "700 rows of cdnow.csv: done" in said
    found = OrderImport.objects.get()
    assert (found.created_orders, found.unlinked_orders) == (700, 0)
    assert found.new_customers == len(
        {line.split(",")[6] for line in file.read_text().splitlines()[1:]}
    )
