"""What a contact file gives: one `ContactRow` a person, with what is wrong in it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class FileFormat(StrEnum):
    """Which program's export it is, by its header."""

    GOOGLE_2024 = "google_2024"
    GOOGLE_OLD = "google_old"
    OUTLOOK_DESKTOP = "outlook_desktop"
    OUTLOOK_COM = "outlook_com"
    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"
    LUMA = "luma"
    VCARD = "vcard"
    PLAIN = "plain"


class Severity(StrEnum):
    ERROR = "error"  # the row can't be taken
    WARNING = "warning"  # the row can; this value is not where one expects it


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one cell. The message never repeats the cell."""

    row: int  # as a spreadsheet shows it: the header is row 1
    column: str  # the header's text; empty when it is the row as a whole
    code: str
    message: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A phone or an e-mail as the file has it: text, not yet understood."""

    label: str  # "Mobile"; empty when the file gives none
    text: str
    column: str
    is_primary: bool = False  # the file marks it so


@dataclass(frozen=True, slots=True)
class Address:
    line: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One person of the file. Every text is clean and fit to store."""

    row_number: int  # as a spreadsheet shows it: the header is row 1
    full_name: str = ""
    given_name: str = ""  # empty where the file has only a full name
    family_name: str = ""
    name_column: str = ""  # where to point when the name is refused
    phones: tuple[LabelledText, ...] = ()
    emails: tuple[LabelledText, ...] = ()
    addresses: tuple[Address, ...] = ()  # the file's first choice first
    birthday: date | None = None
    notes: tuple[str, ...] = ()  # each at most NOTE_LENGTH characters
    labels: tuple[str, ...] = ()  # the person's own tags, without the program's
    organisation: str = ""
    job_title: str = ""
    extras: tuple[tuple[str, str], ...] = ()  # (label, text) of what has no field of its own
    more: tuple[tuple[str, str], ...] = ()  # (name, text) of the columns that an importer added
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_bad(self) -> bool:
        """Whether the row can't be taken."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)
