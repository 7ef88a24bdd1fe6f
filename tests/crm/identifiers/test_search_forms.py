"""What a receptionist types while the phone rings, and what is looked for."""

import pytest

from crm.identifiers.search_forms import candidate_digits, looks_like_phone


@pytest.mark.parametrize(
    ("typed", "regions", "first"),
    [
        ("07152 979502", ["GB"], "447152979502"),
        ("+447152979502", ["AU"], "447152979502"),
        ("0044 7152 979502", ["AU"], "447152979502"),
        ("+44 (0)7152 979502", ["AU"], "447152979502"),
        ("447152979502", ["GB"], "447152979502"),
        ("7152979502", ["GB"], "447152979502"),
        ("0412 345 678", ["AU"], "61412345678"),
        ("(201) 555-0123", ["US"], "12015550123"),
        ("๐๘๑๒๓๔๕๖๗๘", ["TH"], "66812345678"),
        ("8 (912) 345-67-89", ["RU"], "79123456789"),
        # not typed to the end, or only a part
        ("07152 97", ["GB"], "715297"),
        ("+44 (0)7152 97", ["GB"], "44715297"),
        ("+44 07152 97", ["GB"], "44715297"),
        ("0044 7152", ["GB"], "447152"),
        ("011 61 412", ["US"], "61412"),
        ("5678", ["AU"], "5678"),
        ("0123", ["AU"], "0123"),
        ("345", ["AU"], "345"),
        ("345-67", ["AU"], "34567"),
    ],
)
def test_the_likeliest_comes_first(typed, regions, first):
    assert candidate_digits(typed, regions=regions)[0] == first


def test_other_readings_follow():
    assert candidate_digits("0123", regions=["AU"]) == ["0123", "123"]
    assert candidate_digits("0412345678", regions=["AU", "TH"]) == [
        "61412345678",
        "412345678",
        "66412345678",
        "0412345678",
    ]
    assert "912345" in candidate_digits("8912345", regions=["RU"])


@pytest.mark.parametrize(
    "typed", ["", "12", "00", "0", "smith", "a" * 300, "1" * 300, "\x00", "\ud800"]
)
def test_what_is_no_phone_gives_nothing(typed):
    assert candidate_digits(typed, regions=["AU"]) == []


@pytest.mark.parametrize(
    "typed", ["123", "+61 4", "0412-345", "(02) 9", "٠٨١", "๐๘๑", "p:+6141", "0412 345 678 x12"]
)
def test_looks_like_a_phone(typed):
    assert looks_like_phone(typed)


@pytest.mark.parametrize(
    "typed", ["", "12", "smith", "CUS-000123", "a1234", "jo@x.com", "\x00123", "???"]
)
def test_does_not_look_like_a_phone(typed):
    assert not looks_like_phone(typed)
