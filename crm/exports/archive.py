"""A company's or a person's rows as one zip: NDJSON and CSV of each kind, and what they mean."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO

from crm.exports.dataset_rows import Row
from crm.exports.datasets import Dataset
from crm.exports.readme import readme
from crm.exports.row_formats import csv_header, csv_lines, ndjson
from crm.exports.zip_stream import ZipStream

PART = 256 * 1024  # bytes
Rows = Callable[[Dataset], Iterable[list[Row]]]


class Archive:
    """A zip in the making. `rows_of` counts what is written so far, by name of the file."""

    def __init__(
        self, *, title: str, datasets: Sequence[Dataset], rows: Rows, skip_empty: bool = False
    ) -> None:
        """`rows` gives the rows of a dataset, piece by piece; `skip_empty` leaves out empty files.

        Memory holds a piece; the CSV of the present kind waits in a temporary file, because a zip
        takes one file at a time and the rows are read once.
        """
        self.rows_of: Counter[str] = Counter()
        self._title = title
        self._datasets = datasets
        self._rows = rows
        self._skip_empty = skip_empty

    def parts(self) -> Iterator[bytes]:
        """The bytes of the zip. Yields at least once for each piece of rows."""
        stream = ZipStream()
        for dataset in self._datasets:
            yield from self._files_of(stream, dataset)
        written = [one for one in self._datasets if one.name in self.rows_of]
        text = readme(self._title, written, self.rows_of)
        yield from stream.member("README.txt", [text.encode()])
        yield stream.end()

    def _files_of(self, stream: ZipStream, dataset: Dataset) -> Iterator[bytes]:
        pieces = iter(self._rows(dataset))
        first = next(pieces, None)
        if first is None and self._skip_empty:
            return
        self.rows_of[dataset.name] = 0
        with tempfile.TemporaryFile() as as_csv:
            as_csv.write(csv_header(dataset.columns))
            lines = self._lines(dataset, _chain(first, pieces), as_csv)
            yield from stream.member(f"{dataset.name}.ndjson", lines)
            as_csv.seek(0)
            yield from stream.member(f"{dataset.name}.csv", iter(lambda: as_csv.read(PART), b""))

    def _lines(
        self, dataset: Dataset, pieces: Iterable[list[Row]], as_csv: IO[bytes]
    ) -> Iterator[bytes]:
        for piece in pieces:
            as_csv.write(csv_lines(piece))
            self.rows_of[dataset.name] += len(piece)
            yield ndjson(dataset.columns, piece)


def _chain(first: list[Row] | None, rest: Iterable[list[Row]]) -> Iterator[list[Row]]:
    if first is not None:
        yield first
        yield from rest
