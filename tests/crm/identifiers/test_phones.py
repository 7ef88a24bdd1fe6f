"""Typed phones to E.164: what people and systems really write in eight countries."""

import pytest

from crm.identifiers.invalid import InvalidPhone
from crm.identifiers.phones import format_for_people, is_placeholder_digits, parse_phone

AU, IN, TH, US = "+61412345678", "+918123456789", "+66812345678", "+12015550123"
GB, NZ, AE, SG = "+447400123456", "+64211234567", "+971501234567", "+6581234567"

FORMS = [
    # Australia
    ("0412345678", ["AU"], AU),
    ("0412 345 678", ["AU"], AU),
    ("412345678", ["AU"], AU),  # a spreadsheet took the zero
    ("+61 412 345 678", [], AU),
    ("+61 (0)412 345 678", [], AU),
    ("+61 0412 345 678", [], AU),
    ("0061 412 345 678", ["TH"], AU),
    ("011 61 412 345 678", ["US"], AU),
    ("011 61 412 345 678", ["TH"], AU),
    ("0011 61 412 345 678", ["AU"], AU),
    ("61412345678", ["AU"], AU),
    ("61412345678", ["IN"], AU),
    ("61412345678.0", ["AU"], AU),
    ("'+61412345678", [], AU),
    ('="+61412345678"', [], AU),
    ("p:+61412345678", ["US"], AU),
    ("p:61412345678", ["AU"], AU),
    ("%2B61412345678", [], AU),
    ("%252B61412345678", [], AU),
    ("+61%20412%20345%20678", [], AU),
    ("+0061412345678", [], AU),
    ("+0412345678", ["AU"], AU),
    ("tel:+61-412-345-678", [], AU),
    ("tel:0412345678;phone-context=+61", [], AU),
    ("Mobile: 0412 345 678", ["AU"], AU),
    ("WhatsApp: +61412345678", [], AU),
    ("\u202a+61 412 345 678\u202c", [], AU),  # copied from a contact on a phone
    ("0412\u00a0345\u00a0678", ["AU"], AU),
    ("0412\u200b345\u200b678", ["AU"], AU),
    ("04\u201112\u2013345\u2014678", ["AU"], AU),
    ("0412−345−678", ["AU"], AU),
    ("(04) 1234.5678", ["AU"], AU),
    ("０４１２３４５６７８", ["AU"], AU),
    ("＋６１　４１２　３４５　６７８", [], AU),
    ("1300 123 456", ["AU"], "+611300123456"),
    ("13 12 13", ["AU"], "+61131213"),
    # India
    ("08123456789", ["IN"], IN),
    ("8123456789", ["IN"], IN),
    ("91 81234 56789", ["IN"], IN),
    ("0 91 81234 56789", ["IN"], IN),
    ("+91-81234-56789", [], IN),
    ("918123456789", ["TH", "IN"], IN),
    ("918123456789", ["AU"], IN),
    ("८१२३४५६७८९", ["IN"], IN),
    ("٠٨١٢٣٤٥٦٧٨٩", ["IN"], IN),
    ("9123456789", ["IN"], "+919123456789"),  # begins with 91 and is whole without it
    ("022 2778 1234", ["IN"], "+912227781234"),
    # Thailand
    ("081-234-5678", ["TH"], TH),
    ("812345678", ["TH"], TH),
    ("66812345678", ["TH"], TH),
    ("+66 (0) 81 234 5678", [], TH),
    ("+66 081 234 5678", [], TH),
    ("๐๘๑๒๓๔๕๖๗๘", ["TH"], TH),
    ("001 61 412 345 678", ["TH"], AU),  # a Thai carrier's prefix for abroad
    ("02 123 4567", ["TH"], "+6621234567"),
    # United States
    ("(201) 555-0123", ["US"], US),
    ("201.555.0123", ["US"], US),
    ("1-201-555-0123", ["US"], US),
    ("1 201 555 0123", ["GB"], US),
    ("+1 (0)201 555 0123", [], US),
    ("201/555-0123", ["US"], US),
    # Great Britain, New Zealand, the Emirates, Singapore
    ("07400 123456", ["GB"], GB),
    ("+44 (0)7400 123456", ["US"], GB),
    ("+44 (0) 7400/123456", [], GB),
    ("+44[0]7400 123456", [], GB),
    ("0044 7400 123456", ["US"], GB),
    ("021 123 4567", ["NZ"], NZ),
    ("64211234567", ["AU"], NZ),
    ("050 123 4567", ["AE"], AE),
    ("00971 50 123 4567", ["IN"], AE),
    ("8123 4567", ["SG"], SG),
    ("6581234567", ["SG"], SG),
    ("+39 06 6982 0001", [], "+390669820001"),  # Italy keeps its zero
]


@pytest.mark.parametrize(("typed", "regions", "e164"), FORMS)
def test_every_way_to_write_a_number_gives_the_same(typed, regions, e164):
    number = parse_phone(typed, regions=regions)
    assert number.e164 == e164
    assert number.is_valid


def test_the_branch_comes_before_the_company():
    assert parse_phone("0412345678", regions=["AU", "TH"]).e164 == AU
    assert parse_phone("0812345678", regions=["TH", "AU"]).e164 == TH


def test_the_number_says_what_it_is():
    number = parse_phone(" 0412 345 678  ext. 12 ", regions=["au", "XX", ""])
    assert number.as_typed == "0412 345 678 ext. 12"
    assert number.extension == "12"
    assert (number.country_code, number.region, number.digits) == (61, "AU", "61412345678")


@pytest.mark.parametrize(
    "typed",
    [
        "0412345678x12",
        "0412345678 x 12",
        "0412 345 678 ext 12",
        "0412 345 678 extn. 12",
        "0412 345 678 Extension: 12",
        "0412345678, ext 12",
        "0412345678 #12",
        "tel:+61412345678;ext=12",
    ],
)
def test_extensions(typed):
    number = parse_phone(typed, regions=["AU"])
    assert (number.e164, number.extension) == (AU, "12")


@pytest.mark.parametrize(
    ("typed", "regions", "e164"),
    [
        ("555 123 4567", ["US"], "+15551234567"),  # an area code that is not given out
        ("0412 345 67", ["AU"], "+6141234567"),  # Australia has numbers of eight digits too
        ("5123 4567", ["SG"], "+6551234567"),
    ],
)
def test_a_number_of_a_possible_length_is_kept_and_flagged(typed, regions, e164):
    number = parse_phone(typed, regions=regions)
    assert (number.e164, number.is_valid) == (e164, False)


REFUSED = [
    ("", ["AU"], "empty"),
    ("   ", ["AU"], "empty"),
    ("None", ["AU"], "empty"),
    ("False", ["AU"], "empty"),
    ("null", ["AU"], "empty"),
    ("NA", ["AU"], "empty"),
    ("N/A", ["AU"], "empty"),
    ("-", ["AU"], "empty"),
    ("unknown", ["AU"], "empty"),
    ("not provided", ["AU"], "empty"),
    ("p:", ["AU"], "empty"),
    ("123", ["AU"], "too_short"),
    ("123", ["DE"], "too_short"),
    ("12", [], "too_short"),
    ("555-0123", ["US"], "too_short"),
    ("+61 412 345", [], "too_short"),
    ("0412 345 678 901 234", ["AU"], "too_long"),
    ("+1 201 555 0123 4", [], "too_long"),
    ("8" * 30 + "1", ["AU"], "too_long"),
    ("9" * 300, ["AU"], "too_long"),
    ("a" * 300, ["AU"], "too_long"),
    ("call me", ["AU"], "letters"),
    ("1-800-FLOWERS", ["US"], "letters"),
    ("0412 345 678 (mum)", ["AU"], "letters"),
    ("name@example.com", ["AU"], "letters"),
    ("???", ["AU"], "not_a_number"),
    ("+", ["AU"], "not_a_number"),
    ("*100#", ["AU"], "not_a_number"),
    ("0412 345 678!", ["AU"], "not_a_number"),
    ("6.14123E+10", ["AU"], "not_a_number"),
    ("6,14123E+10", ["AU"], "not_a_number"),
    ("0412345678 / 0398765432", ["AU"], "not_a_number"),
    ("0412345678, 0398765432", ["AU"], "not_a_number"),
    ("0412\x00345678", ["AU"], "not_a_number"),
    ("0412\ud800345678", ["AU"], "not_a_number"),
    ("0412 345 678", [], "no_country"),
    ("+999 12345678", ["AU"], "no_country"),
    ("0000000000", ["AU"], "placeholder"),
    ("1234567890", ["IN"], "placeholder"),
    ("1234567890", ["TH"], "placeholder"),
    ("0123456789", ["TH"], "placeholder"),
    ("9999999999", ["IN"], "placeholder"),
    ("+91 9999999999", [], "placeholder"),
    ("00000", ["TH"], "placeholder"),
    ("0", ["TH"], "placeholder"),
    ("7777", ["TH"], "placeholder"),
    ("123456", ["TH"], "placeholder"),
    ("999999", ["TH"], "placeholder"),
    ("111222333", ["TH"], "placeholder"),
    ("111222333", ["AU"], "placeholder"),
    ("+66 000000000", [], "placeholder"),
]


@pytest.mark.parametrize(("typed", "regions", "code"), REFUSED)
def test_refusals_say_why(typed, regions, code):
    with pytest.raises(InvalidPhone) as refused:
        parse_phone(typed, regions=regions)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_messages_do_not_repeat_what_was_typed():
    for typed, regions, _ in REFUSED:
        with pytest.raises(InvalidPhone) as refused:
            parse_phone(typed, regions=regions)
        if len(typed) > 4 and typed != "unknown":
            assert typed not in refused.value.message


@pytest.mark.parametrize("national", ["0", "0000", "7777", "2222222222", "123456789", "0123456789"])
def test_placeholder_digits(national):
    assert is_placeholder_digits(national)


@pytest.mark.parametrize("national", ["412345678", "123", "2345678901", "8123456789", "9876543210"])
def test_real_digits(national):
    assert not is_placeholder_digits(national)


@pytest.mark.parametrize(
    ("e164", "region", "shown"),
    [
        (AU, "AU", "0412 345 678"),
        (AU, "au", "0412 345 678"),
        (AU, "TH", "+61 412 345 678"),
        (AU, "", "+61 412 345 678"),
        (TH, "TH", "081 234 5678"),
        (US, "US", "(201) 555-0123"),
        (IN, "IN", "081234 56789"),
        ("+15551234567", "US", "+1 555-123-4567"),
        ("not a number", "AU", "not a number"),
        ("", "AU", ""),
    ],
)
def test_numbers_for_people(e164, region, shown):
    assert format_for_people(e164, region) == shown
