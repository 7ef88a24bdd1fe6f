"""Names: kept, split without loss, placeholders recognised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.identifiers.invalid import InvalidName
from crm.identifiers.names import clean_name, initials, is_placeholder_name, split_name
from crm.identifiers.text import clean_text


@pytest.mark.parametrize(
    ("text", "title", "given_name", "family"),
    [
        ("Jane Smith", "", "Jane", "Smith"),
        ("Mary Jane Watson", "", "Mary Jane", "Watson"),
        ("Cher", "", "Cher", ""),
        ("Smith, Jane", "", "Jane", "Smith"),
        ("de Souza, Ana Maria", "", "Ana Maria", "de Souza"),
        ("Smith, Dr. Jane", "Dr.", "Jane", "Smith"),
        ("John Smith, Jr.", "", "John", "Smith Jr."),
        ("John Smith Jr", "", "John", "Smith Jr"),
        ("Dr Ana de Souza", "Dr", "Ana", "de Souza"),
        ("Ludwig van der Berg", "", "Ludwig", "van der Berg"),
        ("Van Morrison", "", "Van", "Morrison"),
        ("Abdul bin Rashid", "", "Abdul", "bin Rashid"),
        ("Smt. Lakshmi", "Smt.", "Lakshmi", ""),
        ("Dr", "", "Dr", ""),
        ("สมชาย ใจดี", "", "สมชาย", "ใจดี"),
        ("王小明", "", "王小明", ""),
        ("Smith,", "", "Smith", ""),
        ("", "", "", ""),
    ],
)
def test_split(text, title, given_name, family):
    name = split_name(text)
    assert (name.title, name.given, name.family) == (title, given_name, family)


@given(st.text(st.characters(codec=None), max_size=300))
def test_no_word_is_lost(text):
    name = split_name(text)
    words = clean_text(text).replace(",", " ").split()
    assert sorted(name.full.replace(",", " ").split()) == sorted(words)
    initials(text)
    is_placeholder_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "N/A",
        "n.a.",
        "Unknown",
        "UNKNOWN CALLER",
        "Walk-in",
        "walk in",
        "Walk-In Customer 12",
        "Guest",
        "Guest 3",
        "Test",
        "test test",
        "Test Lead",
        "No Name",
        "Customer",
        "New Lead",
        "Facebook Lead",
        "Meta Lead +61 412 345 678",
        "Knowlarity Lead 918123456789",
        "Website enquiry",
        "0412 345 678",
        "+66812345678",
        "<test lead: dummy data for full_name>",
        "???",
        "\x00",
    ],
)
def test_placeholder_names(text):
    assert is_placeholder_name(text)


@pytest.mark.parametrize(
    "text",
    ["Jane", "John Guest", "Li Na", "Testa Rossa", "Jane Lead", "Nguyễn", "เจน", "O", "Guest Jane"],
)
def test_real_names(text):
    assert not is_placeholder_name(text)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Jane Smith", "JS"),
        ("Mary Jane Watson", "MW"),
        ("Dr Ana de Souza", "AS"),
        ("John Smith Jr.", "JS"),
        ("Smith, Jane", "JS"),
        ("cher", "C"),
        ("élodie ørsted", "ÉØ"),
        ("कि राम", "किरा"),
        ("12 !", ""),
        ("", ""),
    ],
)
def test_initials(text, letters):
    assert initials(text) == letters


def test_clean_name():
    assert clean_name("  Ana\u00a0 de  Souza ") == "Ana de Souza"
    assert clean_name("x" * 200) == "x" * 200


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \u200b\n", "empty"),
        ("x" * 201, "too_long"),
        ("123", "no_letter"),
        ("-", "no_letter"),
        ("Ana\x00", "control_characters"),
        ("Ana\ud800", "control_characters"),
        ("Ana\x1b[31m", "control_characters"),
    ],
)
def test_refusals_say_why(text, code):
    with pytest.raises(InvalidName) as refused:
        clean_name(text)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
