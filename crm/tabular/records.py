"""Bytes to records: encoding, delimiter, quoted line ends, without reading the file at once."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from crm.tabular.unreadable import UnreadableFile

DELIMITERS = ",;\t|"
MAX_LINE = 1_000_000  # characters; a row with a long note has a few thousand
_CHUNK = 1 << 16
_START = 4096  # bytes that tell what kind of file it is

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "a spreadsheet workbook"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet workbook"),
    (b"%PDF", "a PDF document"),
    (b"BEGIN:VCARD", "a vCard file"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row, or why they could not be told apart."""

    row_number: int
    cells: list[str]
    is_broken: bool = False  # a quotation mark is never closed


def detect_encoding(file: BinaryIO, *, of_cards: bool = False) -> str:
    """The encoding by its byte-order mark, else UTF-8 if all of it is, else Windows-1252.

    Leaves the file at its beginning. Raises UnreadableFile for what is no text, and for vCards
    where they are not what is expected.
    """
    start = file.read(_START)
    file.seek(0)
    if not start.strip() and len(start) < _START:
        raise UnreadableFile("empty", "The file is empty. Export it again.")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    for signature, what in _OTHER_FILES:
        if start.lstrip().startswith(signature) and not of_cards:
            raise UnreadableFile(
                "not_csv", f"This is {what}, not a CSV file. Save or export it as CSV (UTF-8)."
            )
    if start.count(0) * 4 > len(start):
        raise UnreadableFile("not_text", "This is not a text file. Export it as CSV (UTF-8).")
    return "utf-8" if _is_utf8(file) else "cp1252"


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


class RecordReader:
    """The records of a file, the header first. It can be gone through once."""

    def __init__(
        self, file: BinaryIO, encoding: str, rate_header: Callable[[list[str]], int]
    ) -> None:
        """`rate_header` says how many cells of a header are understood: it picks the delimiter."""
        # Undecodable bytes become U+FFFD: the row that holds one is reported, not the file.
        self._text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
        self._row_number = 0
        first = self._first_line()
        declared = _declared_delimiter(first)
        self.delimiter = declared or _best_delimiter(first, rate_header)
        # Spreadsheets take "sep=;" for themselves: it is no row of theirs.
        self._pending = [] if declared else [first]
        self._records = csv.reader(
            self._lines(), delimiter=self.delimiter, skipinitialspace=self.delimiter != "\t"
        )

    def __iter__(self) -> Iterator[Record]:
        while True:
            lines_before = self._records.line_num
            try:
                cells = next(self._records)
            except StopIteration:
                return
            except csv.Error:  # a cell over the csv module's limit: a quotation mark left open
                self._row_number += 1
                yield Record(self._row_number, [], is_broken=True)
                self._row_number += self._records.line_num - lines_before - 1
                continue
            self._row_number += 1
            if any(cell.strip() for cell in cells):
                yield Record(self._row_number, cells)

    def _first_line(self) -> str:
        for line in self._read_lines():
            if line.strip():
                return line
            self._row_number += 1
        raise UnreadableFile("empty", "The file is empty. Export it again.")

    def _lines(self) -> Iterator[str]:
        yield from self._pending
        yield from self._read_lines()

    def _read_lines(self) -> Iterator[str]:
        while line := self._text.readline(MAX_LINE):
            if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                raise UnreadableFile(
                    "line_too_long",
                    f"After row {self._row_number} comes a line of more than {MAX_LINE:,} "
                    "characters. This is no table.",
                )
            yield line


def _declared_delimiter(first_line: str) -> str:
    """The delimiter of the line "sep=;" that spreadsheets write and read before the header."""
    declared = first_line.strip().strip('"').lower()
    if declared.startswith("sep=") and len(declared) == 5 and declared[4] in DELIMITERS:
        return declared[4]
    return "\t" if first_line.lower().rstrip("\r\n") == "sep=\t" else ""


def _best_delimiter(first_line: str, rate_header: Callable[[list[str]], int]) -> str:
    def rating(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first_line], delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            return (0, 0)
        return (rate_header(cells), len(cells))

    return max(DELIMITERS, key=rating)
