"""Whatever valid number, however it is written: one identity. Whatever text: one error family."""

import phonenumbers
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from crm.identifiers.invalid import InvalidPhone
from crm.identifiers.phones import format_for_people, is_placeholder_digits, parse_phone
from crm.identifiers.search_forms import MAX_CANDIDATES, candidate_digits, looks_like_phone

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

any_text = st.text(st.characters(codec=None), max_size=300)
phone_like = st.text("0123456789+-() ./x,;:%B2p٣８\u200b\u00a0\x00\ud800", max_size=40)
some_regions = st.lists(st.sampled_from([*REGIONS, "XX", ""]), max_size=3)


@st.composite
def valid_numbers(draw):
    """A valid number: an example of the tables with its last digits replaced."""
    region = draw(st.sampled_from(REGIONS))
    kind = draw(st.sampled_from([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE]))
    number = phonenumbers.example_number_for_type(region, kind)
    assume(number is not None)
    national = phonenumbers.national_significant_number(number)
    assume(len(national) >= 7)
    tail = draw(st.text("0123456789", min_size=4, max_size=4))
    e164 = f"+{number.country_code}{national[:-4]}{tail}"
    changed = phonenumbers.parse(e164)
    assume(phonenumbers.is_valid_number_for_region(changed, region))
    assume(not is_placeholder_digits(national[:-4] + tail))
    return region, changed


def written(number, style):
    return phonenumbers.format_number(number, style)


@given(valid_numbers())
def test_every_international_form_is_the_same_number(drawn):
    region, number = drawn
    e164 = written(number, PhoneNumberFormat.E164)
    international = written(number, PhoneNumberFormat.INTERNATIONAL)
    forms = [
        e164,
        international,
        written(number, PhoneNumberFormat.RFC3966),
        international.replace(" ", "."),
        international.replace(" ", "-"),
        international.replace(" ", "\u00a0"),
        international.replace(" ", ") (") + ")",
        "00" + e164[1:],
        "00 " + international[1:],
        "p:" + e164,
        e164.replace("+", "%2B"),
        "  \u200e" + e164 + "\u200b ",
        e164.translate(FULL_WIDTH),
        international.translate(ARABIC_INDIC),
        international.translate(DEVANAGARI),
        e164.translate(THAI),
    ]
    for form in forms:
        assert parse_phone(form, regions=[region]).e164 == e164, form
        assert looks_like_phone(form), form


@given(valid_numbers())
def test_every_national_form_is_the_same_number(drawn):
    region, number = drawn
    e164 = written(number, PhoneNumberFormat.E164)
    national = written(number, PhoneNumberFormat.NATIONAL)
    assume(not national.startswith("00"))
    for form in (
        national,
        national.replace(" ", ""),
        national.replace(" ", "."),
        national.replace("-", " "),
        national.translate(FULL_WIDTH),
        national.translate(ARABIC_INDIC),
    ):
        assert parse_phone(form, regions=[region]).e164 == e164, form
    assert candidate_digits(national, regions=[region])[0] == e164[1:]


@given(valid_numbers())
def test_what_people_are_shown_is_read_back_as_the_same_number(drawn):
    region, number = drawn
    e164 = written(number, PhoneNumberFormat.E164)
    for home in (region, "AU", ""):
        shown = format_for_people(e164, home)
        assert parse_phone(shown, regions=[home, region]).e164 == e164, shown


@given(st.one_of(any_text, phone_like), some_regions)
def test_any_text_is_a_number_or_one_kind_of_error(text, regions):
    try:
        number = parse_phone(text, regions=regions)
    except InvalidPhone:
        return
    assert number.e164[1:].isdigit()
    assert 8 <= len(number.e164) <= 16 or number.is_valid
    assert parse_phone(number.e164, regions=[]).e164 == number.e164
    assert parse_phone(number.e164, regions=regions).is_valid == number.is_valid
    number.as_typed.encode()


@given(st.one_of(any_text, phone_like), some_regions)
def test_any_search_gives_a_few_digit_strings(text, regions):
    found = candidate_digits(text, regions=regions)
    assert len(found) <= MAX_CANDIDATES
    assert len(set(found)) == len(found)
    assert all(3 <= len(digits) <= 15 and digits.isascii() and digits.isdigit() for digits in found)
    looks_like_phone(text)


@given(valid_numbers(), st.data())
def test_a_part_of_a_number_is_among_its_candidates(drawn, data):
    _, number = drawn
    digits = written(number, PhoneNumberFormat.E164)[1:]
    start = data.draw(st.integers(0, len(digits) - 3))
    end = data.draw(st.integers(start + 3, len(digits)))
    typed = digits[start:end]
    assert any(found in digits for found in candidate_digits(typed, regions=["AU", "TH"])), typed
