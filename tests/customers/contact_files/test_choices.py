"""Whatever somebody says that columns hold, rows stay rows and no text is lost or made up."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.headers import CHOICES, MoreColumn
from customers.contact_files.reader import open_contacts

MORE = (MoreColumn("source", "Source", frozenset({"source"})),)
CELLS = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)
WIDTH = 4
NAMES = [*(part.name for part in CHOICES), "source", "no such thing"]


@settings(max_examples=60)
@given(
    rows=st.lists(st.lists(CELLS, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=4),
    choices=st.dictionaries(st.integers(0, WIDTH + 1), st.sampled_from(NAMES)),
)
def test_any_choice_of_columns(rows: list[list[str]], choices: dict[int, str]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["Name", "Phone", "City", "Source"], *rows])
    file = io.BytesIO(text.getvalue().encode())
    try:
        contacts = open_contacts(file, choices=choices, more=MORE)
    except UnreadableFile:
        # Nobody could be known by what was chosen.
        assert 0 in choices
        return
    people = list(contacts)
    assert [person.row_number for person in people] == list(range(2, len(rows) + 2))
    for person in people:
        assert len(person.phones) + len(person.emails) <= WIDTH
        if 3 not in choices:
            assert "source" in dict(person.more)
        if choices == {0: "IGNORED"}:
            assert person.full_name == ""
