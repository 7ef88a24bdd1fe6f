"""Text fit to store and to compare."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.identifiers.text import (
    clean_text,
    fold,
    holds_control_characters,
    is_null_word,
    is_storable,
)

any_text = st.text(st.characters(codec=None), max_size=300)


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("  Ana \t de\n Souza ", "Ana de Souza"),
        ("Ana\x00 Souza", "Ana Souza"),
        ("Ana\ud83d Souza", "Ana Souza"),
        ("Ana\x07Souza", "AnaSouza"),
        ("Ana\u00a0\u2003Souza\u3000", "Ana Souza"),
        ("\ufeffAna\u200b Sou\u00adza", "Ana Souza"),
        ("\u202eevil\u202c", "evil"),
        ("Zoe\u0301", "Zoé"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner spells the Persian word
        ("Ana\u200d Souza\u200c", "Ana Souza"),
        ("เจน 🏌️", "เจน 🏌️"),
        ("", ""),
    ],
)
def test_clean_text(value, cleaned):
    assert clean_text(value) == cleaned


def test_lines_are_kept_where_asked():
    assert clean_text("a  b\r\nc\rd\u2028\n\n", keep_lines=True) == "a b\nc\nd"
    assert clean_text("a  b\r\nc") == "a b c"


@pytest.mark.parametrize(
    ("text", "storable", "control"),
    [
        ("Ana", True, False),
        ("Ana\n\tSouza\u00a0", True, False),
        ("A\x00", False, True),
        ("A\udfff", False, True),
        ("A\x07", True, True),
        ("A\x9b", True, True),
        ("🏌️", True, False),
    ],
)
def test_what_can_not_be_kept(text, storable, control):
    assert is_storable(text) is storable
    assert holds_control_characters(text) is control


@pytest.mark.parametrize(
    "text",
    ["", "  ", "None", "FALSE", "null", "N/A", "na", "-", "--", "unknown", "Not Provided", "#N/A"],
)
def test_null_words(text):
    assert is_null_word(text)


@pytest.mark.parametrize("text", ["0", "Nan Li", "Nullarbor", "x"])
def test_not_null_words(text):
    assert not is_null_word(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("JOSÉ Núñez", "jose nunez"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("STRAẞE Straße", "strasse strasse"),
        ("O’Brien", "o'brien"),
        ("Æsir Œuvre", "aesir oeuvre"),
        ("İbrahim Işık", "ibrahim isik"),
        ("Nguyễn Thị Đào", "nguyen thi dao"),
        ("Ｊａｎｅ", "jane"),
        ("สมชาย ดี", "สมชาย ดี"),  # tone marks and vowels spell the name
        ("राम", "राम"),
        ("مُحَمَّد", "محمد"),  # optional Arabic vowel points
        ("한국", "한국"),
        ("ガ", "ガ"),
    ],
)
def test_fold(text, folded):
    assert fold(text) == unicodedata.normalize("NFC", folded)


@given(any_text)
def test_clean_text_is_storable_and_settled(value):
    for keep_lines in (False, True):
        cleaned = clean_text(value, keep_lines=keep_lines)
        assert not holds_control_characters(cleaned)
        assert clean_text(cleaned, keep_lines=keep_lines) == cleaned
        cleaned.encode()


@given(any_text)
def test_fold_is_settled_and_does_not_see_case_or_composition(value):
    folded = fold(value)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFD", clean_text(value))) == folded
