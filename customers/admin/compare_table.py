"""The compare page as a table: one column a record, one row a field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.identifiers.phones import format_for_people
from customers.merging.fields import FieldChoice
from customers.models import ContactPoint, Customer
from customers.models.consent import ConsentChannel
from customers.models.contact_point import ContactKind
from customers.selectors.merge_preview import MergePreview, MergeRecord

PHONES = ("phones", "primary_phone")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A record; `letter` tells namesakes apart."""

    customer: Customer
    letter: str
    version: int
    stays: bool
    linked_rows: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one record says; `values` are several lines, `taken` marks the default or choice."""

    column: Column
    values: Sequence[str]
    taken: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One field; `name` is empty where nothing is to be chosen."""

    label: str
    cells: Sequence[Cell]
    name: str = ""
    differs: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Move:
    """How many rows of one kind each record brings along: its letter and the count."""

    many: str
    counts: Sequence[tuple[str, int]]
    total: int


@dataclass(frozen=True, kw_only=True)
class CompareTable:
    """All that the page shows of a preview."""

    columns: Sequence[Column]
    fields: Sequence[Row]
    kept: Sequence[Row]
    unions: Sequence[tuple[str, Sequence[str]]]
    moves: Sequence[Move]
    differing: int

    @property
    def survivor(self) -> Column:
        """The record that stays."""
        return next(column for column in self.columns if column.stays)

    @property
    def others(self) -> Sequence[Column]:
        """The records that go into it."""
        return [column for column in self.columns if not column.stays]

    @property
    def rows_moving(self) -> int:
        """All rows that will move."""
        return sum(move.total for move in self.moves)


def draw_table(preview: MergePreview, *, region: str) -> CompareTable:
    """The preview in columns; `region` (ISO 3166) is how phones are written."""
    columns = {
        record.customer.pk: Column(
            customer=record.customer,
            letter=_letter(place),
            version=record.version,
            stays=record.customer.pk == preview.survivor_id,
            linked_rows=record.linked_rows,
        )
        for place, record in enumerate(preview.records)
    }
    fields = [
        _field(choice, columns, region)
        for choice in preview.fields
        if choice.differs or any(choice.values.values())
    ]
    return CompareTable(
        columns=list(columns.values()),
        fields=fields,
        kept=_kept(preview.records, columns, region),
        unions=[
            (union.label, [_written(union.name, text, region) for text in union.values])
            for union in preview.unions
            if union.values
        ],
        moves=[
            Move(
                many=move.many,
                counts=[
                    (column.letter, move.per_record.get(pk, 0))
                    for pk, column in columns.items()
                    if not column.stays
                ],
                total=move.total,
            )
            for move in preview.moves
        ],
        differing=sum(row.differs for row in fields),
    )


def _letter(place: int) -> str:
    """A, B … Z, AA, AB …: fifty records never need more than two letters."""
    return chr(65 + place) if place < 26 else f"A{chr(65 + place - 26)}"


def _written(name: str, text: str, region: str) -> str:
    return format_for_people(text, region) if name in PHONES else text


def _field(choice: FieldChoice, columns: Mapping[UUID, Column], region: str) -> Row:
    return Row(
        name=choice.name if choice.differs else "",
        label=choice.label,
        differs=choice.differs,
        cells=[
            Cell(
                column=column,
                values=[_written(choice.name, text, region)] if (text := choice.values[pk]) else [],
                taken=choice.chosen == pk,
            )
            for pk, column in columns.items()
        ],
    )


def _kept(records: Sequence[MergeRecord], columns: Mapping[UUID, Column], region: str) -> list[Row]:
    """What is kept of all records, whichever stays."""

    def row(label: str, note: str, read: Callable[[MergeRecord], list[str]]) -> Row:
        cells = [Cell(column=columns[one.customer.pk], values=read(one)) for one in records]
        return Row(label=label, note=note, cells=cells)

    rows = [
        row("Phones", "all kept", lambda one: _points(one, ContactKind.PHONE, region)),
        row("E-mails", "all kept", lambda one: _points(one, ContactKind.EMAIL, region)),
        row("Tags", "all kept", lambda one: list(one.tags)),
        row("Marketing", "the strictest counts", _consents),
    ]
    return [row for row in rows if any(cell.values for cell in row.cells)]


def _consents(record: MergeRecord) -> list[str]:
    return [
        f"{ConsentChannel(channel).label}: {'yes' if granted else 'no'}"
        for channel, granted in sorted(record.consents.items())
    ]


def _points(record: MergeRecord, kind: ContactKind, region: str) -> list[str]:
    return [_point(point, region) for point in record.contact_points if point.kind == kind]


def _point(point: ContactPoint, region: str) -> str:
    is_phone = point.kind == ContactKind.PHONE
    text = format_for_people(point.value, region) if is_phone else point.value
    marks = (
        ("main", point.is_primary),
        ("shared", point.is_shared),
        ("invalid", point.is_invalid),
    )
    said = ", ".join(word for word, holds in marks if holds)
    return f"{text} ({said})" if said else text
