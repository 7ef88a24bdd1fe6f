"""What is read from a file, in batches for one transaction each."""

from collections.abc import Iterator
from typing import TypeVar

from crm.tabular.unreadable import UnreadableFile

Entry = TypeVar("Entry")


def batches(entries: Iterator[Entry], size: int) -> Iterator[list[Entry]]:
    """`size` entries each; what was read before the file stopped making sense is not lost.

    Raises UnreadableFile behind the last good batch.
    """
    batch: list[Entry] = []
    try:
        for entry in entries:
            batch.append(entry)
            if len(batch) == size:
                yield batch
                batch = []
    except UnreadableFile:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
