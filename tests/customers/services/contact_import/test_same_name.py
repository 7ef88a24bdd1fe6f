"""Could two names on one phone be one person's?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.services.contact_import.same_name import Likeness, likeness, name_words

NAMES = st.text(alphabet="AabÉz .-'ใจดี李", max_size=20)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ana Lim", "LIM, Ána", Likeness.EQUAL),
        ("Dr. Ana Lim", "Ms Ana Lim", Likeness.EQUAL),
        ("Zoë O’Neill", "Zoe O'Neill", Likeness.EQUAL),
        ("สมชาย ใจดี", "สมชาย ใจดี", Likeness.EQUAL),
        ("Lim", "Ana Lim", Likeness.COMPATIBLE),
        ("Ana Lim", "Ana Maria Lim", Likeness.COMPATIBLE),
        ("A. Lim", "Ana Lim", Likeness.COMPATIBLE),
        ("Ana L", "Ana Lim", Likeness.COMPATIBLE),
        ("Ana Lim", "Ben Lim", Likeness.DIFFERENT),
        ("Ann Lim", "Anna Lim", Likeness.DIFFERENT),
        ("Ana", "Lim", Likeness.DIFFERENT),
        ("A. Lim", "Ben Lim", Likeness.DIFFERENT),
        ("A. A. Lim", "Ana Lim", Likeness.COMPATIBLE),
        ("!!!", "Ana Lim", Likeness.DIFFERENT),
    ],
)
def test_names_of_one_phone(one: str, other: str, expected: Likeness) -> None:
    assert likeness(name_words(one), name_words(other)) is expected


@given(NAMES, NAMES)
def test_the_order_of_asking_does_not_matter(one: str, other: str) -> None:
    first, second = name_words(one), name_words(other)
    assert likeness(first, second) is likeness(second, first)
    assert likeness(first, first) is Likeness.EQUAL
