"""The clean cells of a row to one person."""

from collections.abc import Iterator, Mapping
from datetime import date

from crm.identifiers.names import is_title
from crm.tabular.date_order import DateOrder
from customers.contact_files.headers import ADDRESS_PARTS, Column, Header, Part
from customers.contact_files.rows import (
    Address,
    ContactRow,
    LabelledText,
    Problem,
    Severity,
)
from customers.contact_files.values import (
    LABEL_LENGTH,
    VALUE_LABEL_LENGTH,
    BadDate,
    is_no_date,
    read_birthday,
    read_labels,
    read_value_label,
    split_note,
    split_several,
)

_NAME_PARTS = (Part.GIVEN, Part.MIDDLE, Part.FAMILY, Part.SUFFIX)
# What a person is called by where no name is given, the best first.
_STAND_INS = (Part.NICKNAME, Part.FILE_AS, Part.ORGANISATION)
# Whose address it is first: a person's own before the office's.
_ADDRESS_ORDER = ("home", "", "mailing", "business", "work", "billing", "shipping", "other")

Cells = Mapping[int, str]  # by column position, clean


def read_person(
    header: Header,
    cells: Cells,
    *,
    row_number: int,
    date_order: DateOrder | None,
    problems: list[Problem],
) -> ContactRow:
    """The person in the cells; `problems` are those already found, to which it adds its own."""
    found = list(problems)
    birthday, kept_birthdays = _birthday(header, cells, row_number, date_order, found)
    full_name, name_column = _name(header, cells)
    phones = tuple(_labelled(header, cells, Part.PHONE))
    emails = tuple(_labelled(header, cells, Part.EMAIL))
    has_error = any(problem.severity is Severity.ERROR for problem in found)
    if not (full_name or phones or emails or has_error):
        found.append(
            Problem(row_number, "", "nobody", "The row has no name, no phone and no e-mail.")
        )
    notes = [piece for cell in _texts(header, cells, Part.NOTES) for piece in split_note(cell)]
    return ContactRow(
        row_number=row_number,
        full_name=full_name,
        given_name=_joined(header, cells, Part.GIVEN, Part.MIDDLE),
        family_name=_joined(header, cells, Part.FAMILY, Part.SUFFIX),
        name_column=name_column,
        phones=phones,
        emails=emails,
        addresses=tuple(_addresses(header, cells)),
        birthday=birthday,
        notes=tuple(notes),
        labels=tuple(_labels(header, cells, row_number, found)),
        organisation=_first(header, cells, Part.ORGANISATION),
        job_title=_job_title(header, cells),
        extras=(*kept_birthdays, *_extras(header, cells)),
        more=tuple((one.label, cells[one.position]) for one in header.holding(Part.MORE)),
        problems=tuple(found),
    )


def _texts(header: Header, cells: Cells, *parts: Part) -> list[str]:
    return [cells[column.position] for column in header.holding(*parts) if cells[column.position]]


def _first(header: Header, cells: Cells, part: Part) -> str:
    return next(iter(_texts(header, cells, part)), "")


def _job_title(header: Header, cells: Cells) -> str:
    """Files call both "Dr" and "Head of Sales" the title; only the first belongs to the name."""
    title = _first(header, cells, Part.TITLE)
    return _first(header, cells, Part.JOB_TITLE) or ("" if is_title(title) else title)


def _joined(header: Header, cells: Cells, *parts: Part) -> str:
    return " ".join(text for part in parts for text in _texts(header, cells, part))


def _name(header: Header, cells: Cells) -> tuple[str, str]:
    """The whole name and the header to point at for it."""
    columns = header.holding(Part.FULL_NAME, *_NAME_PARTS)
    pointed = columns[0].header if columns else ""
    full = _first(header, cells, Part.FULL_NAME)
    if full:
        return full, pointed
    if _texts(header, cells, Part.GIVEN, Part.MIDDLE, Part.FAMILY):
        title = _first(header, cells, Part.TITLE)
        parts = _joined(header, cells, *_NAME_PARTS)
        return (f"{title} {parts}" if is_title(title) else parts), pointed
    for part in _STAND_INS:
        if text := _first(header, cells, part):
            return text, header.holding(part)[0].header
    return "", pointed


def _labelled(header: Header, cells: Cells, part: Part) -> Iterator[LabelledText]:
    for column in header.holding(part):
        label, is_primary = _label_of(header, cells, column)
        label = label[:VALUE_LABEL_LENGTH]
        for text in split_several(cells[column.position]):
            yield LabelledText(label, text, column.header, is_primary)


def _label_of(header: Header, cells: Cells, column: Column) -> tuple[str, bool]:
    """What the column beside it says of the value, else what its own header says."""
    if column.group:
        for other in header.holding(Part.LABEL_OF):
            if other.group == column.group:
                return read_value_label(cells[other.position])
    return column.label, False


def _addresses(header: Header, cells: Cells) -> list[Address]:
    groups = dict.fromkeys(column.group for column in header.holding(*ADDRESS_PARTS))
    ordered = sorted(groups, key=lambda g: _ADDRESS_ORDER.index(g) if g in _ADDRESS_ORDER else 1)
    addresses = (_address(header, cells, group) for group in ordered)
    return [address for address in addresses if address != Address()]


def _address(header: Header, cells: Cells, group: str) -> Address:
    def text(part: Part) -> str:
        columns = (column for column in header.holding(part) if column.group == group)
        lines = (cells[column.position] for column in columns)
        return ", ".join(" ".join(line.split("\n")) for line in lines if line)

    parts = Address(
        line=text(Part.STREET),
        city=text(Part.CITY),
        region=text(Part.REGION),
        postcode=text(Part.POSTCODE),
        country=text(Part.COUNTRY),
    )
    return parts if parts != Address() else Address(line=text(Part.FORMATTED))


def _birthday(
    header: Header,
    cells: Cells,
    row_number: int,
    date_order: DateOrder | None,
    problems: list[Problem],
) -> tuple[date | None, list[tuple[str, str]]]:
    """The birthday, or the text of it to keep as a note, with a warning."""
    for column in header.holding(Part.BIRTHDAY):
        text = cells[column.position]
        try:
            birthday = read_birthday(text, date_order)
        except BadDate as bad:
            problems.append(
                Problem(row_number, column.header, bad.code, bad.message, Severity.WARNING)
            )
            return None, [(column.header, text)]
        if birthday is not None:
            return birthday, []
    return None, []


def _labels(
    header: Header, cells: Cells, row_number: int, problems: list[Problem]
) -> Iterator[str]:
    for column in header.holding(Part.LABELS):
        for label in read_labels(cells[column.position], header.file_format):
            if len(label) <= LABEL_LENGTH:
                yield label
                continue
            message = f"A tag has at most {LABEL_LENGTH} characters; a longer one is left out."
            problems.append(
                Problem(row_number, column.header, "tag_too_long", message, Severity.WARNING)
            )


def _extras(header: Header, cells: Cells) -> list[tuple[str, str]]:
    found = []
    for column in header.holding(Part.EXTRA):
        text = cells[column.position]
        if text and not is_no_date(text):
            label, _ = _label_of(header, cells, column)
            found.append((label or column.group, text))
    return found
