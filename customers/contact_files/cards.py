"""vCards 2.1, 3.0 and 4.0: the address books of phones, mail programs and clouds.

Each card becomes a header and cells of its own, as if it were a row of a table, so that what is
understood of a person is understood in one place (`person`). vobject reads a card; here cards are
parted first, so that a broken one costs only itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import vobject
from vobject.base import VObjectError

from crm.tabular.records import MAX_LINE
from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.headers import Column, Header, Part
from customers.contact_files.rows import FileFormat

MOST_CARD_CHARACTERS = 200_000  # without pictures
MOST_VALUES = 300  # of one card
_PROPERTY = re.compile(r"(?:[\w-]+\.)?([A-Za-z][\w-]*)[;:]")
# Pictures, sounds and keys; nobody imports them, and they are most of a file.
_HEAVY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-ABCROP-RECTANGLE"})
_SAYS_NOTHING = frozenset({"voice", "pref", "internet", "text", "uri", "x400"})
_SIMPLE = {
    "FN": Part.FULL_NAME,
    "NICKNAME": Part.NICKNAME,
    "NOTE": Part.NOTES,
    "TITLE": Part.JOB_TITLE,
    "URL": Part.EXTRA,
    "ANNIVERSARY": Part.EXTRA,
    "IMPP": Part.EXTRA,
}
_LABELLED = {"TEL": Part.PHONE, "EMAIL": Part.EMAIL}
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_DAY_WITHOUT_YEAR = re.compile(r"--(\d{2})-?(\d{2})")


@dataclass(frozen=True, slots=True)
class Card:
    """One card, as a row of a table; `header` is None where it cannot be read."""

    number: int
    header: Header | None
    cells: list[str]


def is_card_file(start: bytes) -> bool:
    """Whether a file with this beginning holds vCards."""
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return text[:11].upper() == b"BEGIN:VCARD"


def read_cards(text: TextIO) -> Iterator[Card]:
    """The cards of a file, one by one. Raises UnreadableFile for a line that can't be one."""
    for number, lines in enumerate(_cards(text), start=1):
        yield _read(number, lines)


def _cards(text: TextIO) -> Iterator[list[str]]:
    """The lines of each card, without heavy properties and without cards inside it."""
    lines: list[str] = []
    depth, is_skipping = 0, False
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE and not line.endswith("\n"):
            raise UnreadableFile(
                "line_too_long", f"A line has more than {MAX_LINE:,} characters. This is no vCard."
            )
        mark = line.strip().upper()
        if mark == "BEGIN:VCARD":
            depth += 1
            lines, is_skipping = ([], False) if depth == 1 else (lines, is_skipping)
        found = _PROPERTY.match(line)
        if found:
            is_skipping = found[1].upper() in _HEAVY
        if depth == 1 and not is_skipping:
            lines.append(line)
        if mark == "END:VCARD" and depth:
            depth -= 1
            if depth == 0:
                yield lines
                lines = []
    if depth:
        yield [*lines, "never ended"]  # cut off: the card is broken


def _read(number: int, lines: Sequence[str]) -> Card:
    content = "".join(lines)
    if len(content) > MOST_CARD_CHARACTERS:
        return Card(number, None, [])
    try:
        card = next(vobject.readComponents(content, allowQP=True), None)
        values = list(_values(card)) if card is not None else []
    except (VObjectError, ValueError, KeyError, IndexError, TypeError, AttributeError, LookupError):
        return Card(number, None, [])
    if not values or len(values) > MOST_VALUES:
        return Card(number, None, [])
    columns = tuple(
        Column(position, one.name, one.part, label=one.label, group=one.group)
        for position, one in enumerate(values)
    )
    return Card(number, Header(FileFormat.VCARD, columns), [one.text for one in values])


@dataclass(frozen=True, slots=True)
class _Value:
    name: str
    part: Part
    text: str
    label: str = ""
    group: str = ""


def _values(card: Any) -> Iterator[_Value]:
    lines = list(card.lines())
    labels = {
        line.group: _APPLE_LABEL.sub(r"\1", str(line.value))
        for line in lines
        if line.group and line.name == "X-ABLABEL"
    }
    addresses = 0
    for place, line in enumerate(lines):
        name, value = line.name, line.value
        if name in _SIMPLE:
            yield _Value(name, _SIMPLE[name], _plain(value), label=labels.get(line.group, name))
        elif name in _LABELLED:
            yield from _labelled(name, line, labels.get(line.group, ""), f"{name} {place}")
        elif name == "N":
            yield from _name(value)
        elif name == "ADR":
            addresses += 1
            yield from _address(value, _group(line, addresses))
        elif name == "ORG":
            organisation = value[0] if isinstance(value, list) and value else value
            yield _Value(name, Part.ORGANISATION, _plain(organisation))
        elif name == "CATEGORIES":
            words = value if isinstance(value, list) else [value]
            yield _Value(name, Part.LABELS, ";".join(map(_plain, words)))
        elif name == "BDAY":
            yield _Value(name, Part.BIRTHDAY, _day(_plain(value)))


def _labelled(name: str, line: Any, label: str, group: str) -> Iterator[_Value]:
    types = _types(line)
    words = [word for word in types if word not in _SAYS_NOTHING]
    label = label or " ".join(words).capitalize()
    is_primary = "pref" in types or "PREF" in line.params
    text = _plain(line.value)
    if text.lower().startswith(("tel:", "mailto:")):
        text = text.partition(":")[2].replace(";ext=", " ext. ")
    yield _Value(name, _LABELLED[name], text, group=group)
    yield _Value(f"{name} TYPE", Part.LABEL_OF, f"* {label}" if is_primary else label, group=group)


def _name(value: Any) -> Iterator[_Value]:
    for field, part in (
        ("prefix", Part.TITLE),
        ("given", Part.GIVEN),
        ("additional", Part.MIDDLE),
        ("family", Part.FAMILY),
        ("suffix", Part.SUFFIX),
    ):
        if text := _plain(getattr(value, field)):
            yield _Value("N", part, text)


def _address(value: Any, group: str) -> Iterator[_Value]:
    for field, part in (
        ("box", Part.STREET),
        ("extended", Part.STREET),
        ("street", Part.STREET),
        ("city", Part.CITY),
        ("region", Part.REGION),
        ("code", Part.POSTCODE),
        ("country", Part.COUNTRY),
    ):
        if text := _plain(getattr(value, field)):
            yield _Value("ADR", part, text, group=group)


def _types(line: Any) -> list[str]:
    """The words of TYPE; 2.1 has them bare, 4.0 all in one text."""
    given = [*line.params.get("TYPE", []), *line.singletonparams]
    return [word.strip().lower() for text in given for word in text.split(",") if word.strip()]


def _group(line: Any, number: int) -> str:
    kind = next((word for word in _types(line) if word in ("home", "work")), "")
    return kind if number == 1 else f"{kind or 'other'} {number}"


def _day(text: str) -> str:
    """A birthday as `values.read_birthday` takes it."""
    if found := _DAY.fullmatch(text):
        return "-".join(found.groups())
    if found := _DAY_WITHOUT_YEAR.fullmatch(text):
        return f"--{found[1]}-{found[2]}"
    return text


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(_plain(one) for one in value if one)
    return str(value).strip() if value is not None else ""
