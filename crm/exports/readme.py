"""What the files of an export hold, in words, for whoever opens the zip years from now."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import models

from crm.exports.datasets import Dataset

WIDTH = 96
HOW = """
Each kind of row stands in two files with the same rows:
- NAME.ndjson has a JSON object a line, UTF-8, with every value exactly as it is kept. Read this one
  with programs. Amounts and ids are texts, times are ISO 8601 in UTC.
- NAME.csv is for spreadsheets: commas, CRLF, UTF-8 with a byte order mark. A text that a
  spreadsheet would run as a formula, such as a phone that begins with +, has an apostrophe (')
  before it. Cells of JSON hold JSON.
Columns that end in _id refer to the `id` of another file. Rows are as they were when their file was
written; people who work at the same time may have changed others in between.
"""


def readme(title: str, datasets: Sequence[Dataset], rows: Mapping[str, int]) -> str:
    """The text: how to read the files, then each file with its columns."""
    lines = [title, "=" * len(title), HOW.strip(), ""]
    for dataset in datasets:
        count = rows[dataset.name]
        head = f"{dataset.name} ({count:,} row{'' if count == 1 else 's'})"
        lines += [head, "-" * len(head), *textwrap.wrap(dataset.about, WIDTH)]
        lines += [*_columns(dataset), *_without(dataset), ""]
    return "\n".join(lines)


def _columns(dataset: Dataset) -> Iterator[str]:
    fields = {one.attname: one for one in dataset.model._meta.concrete_fields}
    for column in dataset.columns:
        field = fields.get(column)
        text = dataset.meanings.get(column) or (_meaning(field) if field else "")
        kind = _kind(field) if field is not None else "text"
        yield textwrap.fill(
            f"{column} ({kind})" + (f": {text}" if text else ""),
            WIDTH,
            initial_indent="  ",
            subsequent_indent="      ",
        )


def _without(dataset: Dataset) -> Iterator[str]:
    for name, why in dataset.without.items():
        yield textwrap.fill(f"  (without {name}: {why})", WIDTH, subsequent_indent="      ")


def _meaning(field: "models.Field[Any, Any]") -> str:
    parts = [str(field.help_text).strip()] if field.help_text else []
    if field.choices:
        parts.append("One of " + ", ".join(f"{value} ({label})" for value, label in _flat(field)))
    if isinstance(field, models.ForeignKey):
        target = field.related_model
        name = target if isinstance(target, str) else str(target._meta.verbose_name)
        parts.append(f"The {name} it belongs to.")
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts)


def _flat(field: "models.Field[Any, Any]") -> list[tuple[object, object]]:
    return [(value, label) for value, label in field.flatchoices if value not in (None, "")]


def _kind(field: "models.Field[Any, Any]") -> str:
    if isinstance(field, models.GeneratedField) and field.output_field is not None:
        return _kind(field.output_field)
    if isinstance(field, models.ForeignKey):
        return "id"
    kinds = (
        (models.BooleanField, "yes or no"),
        (models.DateTimeField, "time"),
        (models.DateField, "day"),
        (models.UUIDField, "id"),
        (models.DecimalField, "amount"),
        (models.FloatField, "number"),
        (models.IntegerField, "number"),
        (models.JSONField, "JSON"),
    )
    return next((word for kind, word in kinds if isinstance(field, kind)), "text")
