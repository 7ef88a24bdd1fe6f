"""Which report a file is, by its header."""

from collections.abc import Sequence

from crm.tabular.unreadable import UnreadableFile
from scoring.orders.layouts import eventbrite_csv, generic_csv, humanitix_csv
from scoring.orders.layouts.columns import shown_headers
from scoring.orders.layouts.layout import Layout

# The most particular first: nearly every report could also be read as a generic one.
LAYOUTS = {
    layout.name: layout
    for layout in (humanitix_csv.LAYOUT, eventbrite_csv.LAYOUT, generic_csv.LAYOUT)
}


def detect_layout(headers: Sequence[str], *, chosen: str = "") -> Layout:
    """The layout with this header, or the chosen one.

    Raises UnreadableFile (unknown_header) that says which columns are missing and what was found.
    """
    layout = LAYOUTS.get(chosen) or _by_signature(headers) or _nearest(headers)
    missing = layout.columns.missing(headers)
    if missing:
        raise UnreadableFile("unknown_header", _what_is_missing(layout, missing, headers))
    return layout


def count_understood(headers: Sequence[str]) -> int:
    """How many of the headers the best layout understands: it tells delimiters apart."""
    return max(len(layout.columns.understood(headers)) for layout in LAYOUTS.values())


def _by_signature(headers: Sequence[str]) -> Layout | None:
    for layout in LAYOUTS.values():
        if set(layout.signature) <= layout.columns.understood(headers):
            return layout
    return None


def _nearest(headers: Sequence[str]) -> Layout:
    """The layout of which most is there, for a message that helps."""
    return max(
        LAYOUTS.values(),
        key=lambda layout: (
            len(layout.columns.understood(headers)) / len(layout.columns.aliases),
            layout is generic_csv.LAYOUT,
        ),
    )


def _what_is_missing(layout: Layout, missing: Sequence[str], headers: Sequence[str]) -> str:
    columns = ", ".join(f"“{name}”" for name in missing)
    return (
        f"As {layout.label} the file lacks: {columns}. Its first row reads: "
        f"{shown_headers(headers)}. Export the whole report again, or name the columns as the "
        "page on orders CSV files says."
    )
