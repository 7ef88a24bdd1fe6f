"""Typed e-mails to one comparable form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.identifiers.emails import is_placeholder_address, parse_email
from crm.identifiers.invalid import InvalidEmail


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Jane@Example.COM", "jane@example.com"),
        ("  jane@example.com\t", "jane@example.com"),
        ("mailto:jane@example.com?subject=Hello", "jane@example.com"),
        ("mailto:jane%2Bgolf@example.com", "jane+golf@example.com"),
        ("E-mail: jane@example.com", "jane@example.com"),
        ("Jane Smith <jane@example.com>", "jane@example.com"),
        ('"Smith, Jane" <jane@example.com>,', "jane@example.com"),
        ("<jane@example.com>", "jane@example.com"),
        ("jane@example.com.", "jane@example.com"),
        ("jane@example.com,;", "jane@example.com"),
        ("'jane@example.com'", "jane@example.com"),
        ("jane\u200b@example.com", "jane@example.com"),
        ("jane＠example.com", "jane@example.com"),
        ("jane@münchen.de", "jane@xn--mnchen-3ya.de"),
        ("jane@xn--mnchen-3ya.de", "jane@xn--mnchen-3ya.de"),
        ("Zoe\u0301@example.com", "zoé@example.com"),
        ("jane@shop.test", "jane@shop.test"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("jane.smith+x@sub.example.co.th", "jane.smith+x@sub.example.co.th"),
    ],
)
def test_forms(typed, address):
    email = parse_email(typed)
    assert email.address == address
    assert not email.is_placeholder


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("None", "empty"),
        ("n/a", "empty"),
        ("<>", "empty"),
        ("jane.example.com", "no_at"),
        ("0412345678", "no_at"),
        ("jane@example.com, joe@example.com", "several"),
        ("jane@example.com joe@example.com", "several"),
        ("jane@localhost", "bad_domain"),
        ("jane@", "bad_domain"),
        ("@example.com", "not_an_address"),
        ("jane smith@example.com", "not_an_address"),
        ("jane..smith@example.com", "not_an_address"),
        ("jane@@example.com", "not_an_address"),
        ("jane@exam_ple.com", "not_an_address"),
        ("jane\x00@example.com", "not_an_address"),
        ("jane\ud800@example.com", "not_an_address"),
        ("a" * 300 + "@example.com", "too_long"),
    ],
)
def test_refusals_say_why(typed, code):
    with pytest.raises(InvalidEmail) as refused:
        parse_email(typed)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "noemail@golf.example",
        "no-email@example.com",
        "no.email@example.com",
        "none@none.com",
        "test@test.com",
        "test123@test.com",
        "no@email.com",
        "na@na.com",
        "noreply@example.com",
        "abc@abc.com",
    ],
)
def test_placeholders_are_flagged_not_refused(address):
    assert parse_email(address).is_placeholder


@pytest.mark.parametrize(
    "address", ["jane@test.com", "test@golfclub.com", "jane@none.com", "nona@example.com"]
)
def test_real_addresses_are_not_flagged(address):
    assert not is_placeholder_address(address)


any_text = st.text(st.characters(codec=None), max_size=300)
address_like = st.builds(
    "{}{}@{}.{}{}".format,
    st.sampled_from(["", "<", "mailto:", "Jane <", " "]),
    st.text("aZé'+._- 0ßİ", min_size=1, max_size=12),
    st.text("aZü-0ßİ.", min_size=1, max_size=12),
    st.sampled_from(["com", "COM", "co.th", "test", "museum"]),
    st.sampled_from(["", ">", ".", ",", " ", "\u200b"]),
)


@given(st.one_of(any_text, address_like))
def test_any_text_is_an_address_or_one_kind_of_error(text):
    try:
        email = parse_email(text)
    except InvalidEmail:
        return
    assert email.address.count("@") >= 1
    assert parse_email(email.address).address == email.address
    email.as_typed.encode()
