"""XLSX files, read back from their XML."""

import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from crm.exports.columns import Column
from crm.exports.xlsx_file import stream_xlsx

SYDNEY = ZoneInfo("Australia/Sydney")
ONE = [Column("Value", itemgetter(0))]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(content: bytes) -> list[list[list[tuple[str, str]]]]:
    """Of each sheet the rows, of each cell its type and text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if "worksheets/sheet" in name)
        trees = [ElementTree.fromstring(archive.read(name)) for name in names]
    return [
        [[_cell(cell) for cell in row.iter(f"{MAIN}c")] for row in tree.iter(f"{MAIN}row")]
        for tree in trees
    ]


def _cell(cell: ElementTree.Element) -> tuple[str, str]:
    assert cell.find(f"{MAIN}f") is None, "a formula"
    text = "".join(part.text or "" for part in cell.iter() if part.tag in (f"{MAIN}t", f"{MAIN}v"))
    return cell.get("t", "n"), text


def written(*rows: list[Any], **options: Any) -> bytes:
    return b"".join(stream_xlsx(ONE, rows, zone=SYDNEY, **options))


def test_texts_are_texts_and_never_formulas() -> None:
    texts = ["=1+1", "+61412345678", "@SUM(A1)", "-", "https://example.com", "{=A1}", "0412", "ลูก"]
    ((title, *cells),) = sheets(written(*([text] for text in texts)))
    assert title == [("inlineStr", "Value")]
    assert cells == [[("inlineStr", text)] for text in texts]


def test_numbers_and_days_have_their_type() -> None:
    rows = [[3], [Decimal("12.50")], [date(2026, 3, 1)], [datetime(2026, 3, 1, 13, 30, tzinfo=UTC)]]
    ((_, *cells),) = sheets(written(*rows))
    assert [kind for ((kind, _),) in cells] == ["n"] * 4
    # Days since 1900, as spreadsheets count: midday in UTC is half past midnight in Sydney.
    assert [float(text) for ((_, text),) in cells] == pytest.approx(
        [3, 12.5, 46082, 46083 + 1 / 48]
    )


def test_empty_values_and_control_characters_and_long_texts() -> None:
    ((_, *cells),) = sheets(written([None], ["a\x01b"], ["x" * 40_000], [True], [["a", "b"]]))
    texts = [text for row in cells for _, text in row]
    assert "x" * 32_767 in texts
    assert "yes" in texts
    assert "a; b" in texts


def test_more_rows_than_a_sheet_holds_go_on_in_the_next() -> None:
    found = sheets(written(*([number] for number in range(5)), rows_a_sheet=3))
    assert [[row[0][1] for row in sheet] for sheet in found] == [
        ["Value", "0", "1"], ["Value", "2", "3"], ["Value", "4"],
    ]  # fmt: skip


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_stays_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[list[Any]]:
        yield ["one"]
        if fails:
            raise ConnectionError

    parts = stream_xlsx(ONE, rows(), zone=SYDNEY)
    if fails:
        with pytest.raises(ConnectionError):
            next(parts)
    else:
        next(parts)
        parts.close()  # type: ignore[attr-defined] - somebody stopped the download
    assert os.listdir(tmp_path) == []
