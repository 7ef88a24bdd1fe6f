"""What is typed, in the form for comparing: whatever it is, it never fails and is its own form."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

TYPED = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=400)


def of_database(function: str, texts: list[str]) -> list[str | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(typed) FROM unnest(%s::text[]) WITH ORDINALITY"
            " listed (typed, place) ORDER BY place",
            [texts],
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        (" O'Brien-Smith  3rd\t(Jr.) ", "o'brien-smith rd jr"),
        ("Łukasz", "lukasz"),
        ("MÜLLER", "muller"),
        ("สมชาย 12", "สมชาย"),
        ("---", None),
        ("", None),
    ],
)
def test_names(acme: object, typed: str, compared: str | None) -> None:
    assert of_database("duplicate_name", [typed]) == [compared]


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("+1 (415) 555-0199", "4155550199"),
        ("0014155550199 x 23", "4155550199"),
        ("145055501811917", "145055501811917"),
        ("12345", None),
        ("no number", None),
    ],
)
def test_phones(acme: object, typed: str, compared: str | None) -> None:
    assert of_database("duplicate_phone", [typed]) == [compared]


@pytest.mark.parametrize("function", ["duplicate_name", "duplicate_text", "duplicate_email"])
def test_the_form_for_comparing_stays_as_it_is(acme: object, function: str) -> None:
    @settings(max_examples=25)
    @given(st.lists(TYPED, min_size=1, max_size=20))
    def check(texts: list[str]) -> None:
        once = of_database(function, texts)
        assert all(text is None or 0 < len(text) <= 254 for text in once)
        again = of_database(function, [text for text in once if text is not None])
        shown = [text for text in once if text is not None]
        # Spaces at the cut end may go in the second round; nothing else changes.
        assert [(text or "").strip() for text in again] == [text.strip() for text in shown]

    check()
