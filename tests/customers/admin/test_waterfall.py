"""Evidence as bars: each begins where the one before it ended."""

import pytest

from customers.admin.waterfall import WIDTH, draw_waterfall
from customers.selectors.alike_pairs import EvidenceLine

EVIDENCE = [
    EvidenceLine(field="phone", bits=9.0, words="same private phone"),
    EvidenceLine(field="birthday", bits=-6.0, words="other birthday"),
    EvidenceLine(field="name", bits=3.0, words="name differs by one letter"),
]


def test_bars_lead_from_nothing_to_the_sum() -> None:
    phone, birthday, name = draw_waterfall(EVIDENCE).bars
    assert (phone.x, phone.width) == (0, WIDTH)
    assert birthday.x + birthday.width == pytest.approx(phone.x + phone.width)
    assert name.x == pytest.approx(birthday.x)
    assert name.x + name.width == pytest.approx(WIDTH * 6 / 9)


def test_evidence_against_goes_left_of_nothing() -> None:
    drawing = draw_waterfall([EVIDENCE[1], EVIDENCE[2]])
    assert drawing.zero == WIDTH
    assert [bar.x for bar in drawing.bars] == [0, 0]


def test_numbers_have_their_sign() -> None:
    assert [bar.signed for bar in draw_waterfall(EVIDENCE).bars] == ["+9.0", "−6.0", "+3.0"]
    assert [bar.speaks_for for bar in draw_waterfall(EVIDENCE).bars] == [True, False, True]


def test_weak_evidence_is_not_drawn_as_if_it_were_strong() -> None:
    (bar,) = draw_waterfall([EvidenceLine(field="city", bits=0.5, words="same city")]).bars
    assert bar.width == pytest.approx(WIDTH / 8)


def test_no_evidence_is_an_empty_drawing() -> None:
    assert draw_waterfall([]).bars == []
