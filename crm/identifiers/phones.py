"""Typed phone numbers to E.164, the identity of a phone, and back to a form for people.

The rule for doubtful numbers: a number whose length is possible in its country is kept, even
when its range is not in the tables of libphonenumber (ranges open all the time, and a
receptionist must be able to store the odd real one); it is flagged `is_valid=False`. Below
seven digits only ranges known to exist are kept, because there "possible" lets nearly
everything through.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

from crm.identifiers.invalid import InvalidPhone
from crm.identifiers.phone_text import PhoneText, only_digits, read_phone_text

E164_DIGITS = 15  # ITU-T E.164, 6.1: country code and national number together
_MIN_DIGITS_OF_UNKNOWN_RANGE = 7
# With fewer digits, a number that is whole in its own country also looks like one of another.
_MIN_DIGITS_OF_ANY_COUNTRY = 11

_COUNTING_UP = "123456789012345"
_KNOWN_PLACEHOLDERS = frozenset({"7777", "123456", "999999", "111222333", "123123123"})


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One phone number, and how it was written."""

    e164: str  # "+61412345678"
    as_typed: str  # cleaned, at most AS_TYPED_LENGTH characters
    extension: str  # digits to dial after the answer, or empty
    country_code: int  # 61
    region: str  # ISO 3166 "AU"; empty where the number belongs to no country
    is_valid: bool  # its range is known to be in use; otherwise only its length fits

    @property
    def digits(self) -> str:
        """E.164 without the plus, as the search compares it."""
        return self.e164[1:]


def parse_phone(text: str, *, regions: Sequence[str]) -> PhoneNumber:
    """The number that the text stands for.

    `regions` are the countries (ISO 3166, two letters) whose national form is understood, the
    likeliest first: the branch's, then the company's. A number with + or 00 needs none.
    Raises InvalidPhone, whose message says what to do.
    """
    typed = read_phone_text(text)
    known = _known_regions(regions)
    number = _best_reading(typed, known)
    if number is None or is_placeholder_digits(_national(number)):
        raise _refusal(typed, known, number)
    return PhoneNumber(
        e164=_e164(number),
        as_typed=typed.as_typed,
        extension=typed.extension,
        country_code=number.country_code or 0,
        region=_region(number),
        is_valid=bool(phonenumbers.is_valid_number(number)),
    )


def is_placeholder_digits(national: str) -> bool:
    """Whether national digits are what people type to get past a field that asks for a phone.

    All digits the same, counting up from 1, or a number that many records share in practice.
    It is asked of the national number, so that every way to write it gets the same answer.
    """
    digits = national.lstrip("0")
    if not digits or digits in _KNOWN_PLACEHOLDERS:
        return True
    if len(digits) >= 4 and len(set(digits)) == 1:
        return True
    return len(digits) >= 6 and _COUNTING_UP.startswith(digits)


@lru_cache(maxsize=4096)
def format_for_people(e164: str, region: str = "") -> str:
    """National form for a number of `region`, else international: "0412 345 678".

    Text that is no E.164 number comes back as it is, because a page must show what is stored.
    """
    number = _parse(e164, None)
    if number is None:
        return e164
    at_home = phonenumbers.country_code_for_region(region.upper()) == number.country_code
    # A number without a known range has no national form that is sure to be dialled right.
    if at_home and region and phonenumbers.is_valid_number(number):
        style = PhoneNumberFormat.NATIONAL
    else:
        style = PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, style))


# -- readings: which numbers could the digits be, the surest first ------------------------------


def _best_reading(typed: PhoneText, regions: Sequence[str]) -> phonenumbers.PhoneNumber | None:
    possible = None
    for candidate in _readings(typed, regions):
        number = _settled(candidate)
        if number is None:
            continue
        if phonenumbers.is_valid_number(number):
            return number
        possible = possible or number
    return possible


def _readings(typed: PhoneText, regions: Sequence[str]) -> Iterator[phonenumbers.PhoneNumber]:
    for digits in dict.fromkeys((typed.digits, typed.without_optional_trunk)):
        for number in _readings_of_digits(digits, typed.has_plus, regions):
            if number is not None:
                yield number


def _readings_of_digits(
    digits: str, has_plus: bool, regions: Sequence[str]
) -> Iterator[phonenumbers.PhoneNumber | None]:
    if has_plus:
        yield _parse("+" + digits, None)
        return
    if digits.startswith("00"):
        # "00" works from most countries; a carrier's own prefix (Thailand's 001) comes after.
        yield _parse("+" + digits.lstrip("0"), None)
    for region in regions:
        yield _parse(digits, region)
    for prefix in ("0011", "011"):  # Australia's and North America's, dialled from elsewhere
        if digits.startswith(prefix):
            yield _parse("+" + digits.removeprefix(prefix), None)
    yield from _without_plus(digits, regions)


def _without_plus(digits: str, regions: Sequence[str]) -> Iterator[phonenumbers.PhoneNumber | None]:
    """Readings of digits that begin with a country code: 918123456789 is +91 81234 56789."""
    # A zero before the country code is a habit of some exchanges: 0 91 81234 56789.
    international = digits.removeprefix("0")
    number = None if international.startswith("0") else _parse("+" + international, None)
    if number is None:
        return
    own_codes = {phonenumbers.country_code_for_region(region) for region in regions}
    is_long = len(international) >= _MIN_DIGITS_OF_ANY_COUNTRY
    if number.country_code in own_codes or (is_long and phonenumbers.is_valid_number(number)):
        yield number


def _settled(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber | None:
    """The number if it may be kept, in the form its own E.164 text is read back as."""
    for _ in range(3):  # a doubled trunk zero goes one zero a round
        again = _parse(_e164(number), None)
        if again is None:
            return None
        if _e164(again) == _e164(number):
            return again if _is_acceptable(again) else None
        number = again
    return None


def _is_acceptable(number: phonenumbers.PhoneNumber) -> bool:
    if len(_e164(number)) - 1 > E164_DIGITS:
        return False
    if phonenumbers.is_valid_number(number):
        return True
    national = _national(number)
    if national.startswith("0") or len(national) < _MIN_DIGITS_OF_UNKNOWN_RANGE:
        return False  # a leading zero that no known range explains is a trunk zero left over
    return bool(phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE)


# -- refusals: what to tell the person -----------------------------------------------------------


def _refusal(
    typed: PhoneText, regions: Sequence[str], number: phonenumbers.PhoneNumber | None
) -> InvalidPhone:
    if number is not None or _looks_like_placeholder(typed, regions):
        return InvalidPhone(
            "placeholder",
            "This looks like a number typed only to fill the field. "
            "Leave it empty if the phone is not known.",
        )
    if _holds_several(typed, regions):
        return InvalidPhone(
            "not_a_number", "There seem to be several numbers here. Enter them one by one."
        )
    return _refusal_by_length(typed, regions)


def _looks_like_placeholder(typed: PhoneText, regions: Sequence[str]) -> bool:
    if is_placeholder_digits(typed.digits):
        return True
    readings = _readings(typed, regions)
    return any(is_placeholder_digits(_national(number)) for number in readings if _national(number))


def _holds_several(typed: PhoneText, regions: Sequence[str]) -> bool:
    parts = typed.separate_parts
    return len(parts) > 1 and all(
        _best_reading(PhoneText(as_typed=part, body=part, extension=""), regions)
        for part in parts
        if len(only_digits(part)) >= 3
    )


def _refusal_by_length(typed: PhoneText, regions: Sequence[str]) -> InvalidPhone:
    digits = typed.digits
    number = next(_readings(typed, regions), None)
    if len(digits) <= _MIN_DIGITS_OF_UNKNOWN_RANGE - 1:
        return _too_short()
    if len(digits) > E164_DIGITS + 5:
        return _too_long()
    if number is None:
        return InvalidPhone(
            "no_country",
            "It is not clear what country this number is of. "
            "Type it with + and the country code, for example +61 412 345 678.",
        )
    reason = phonenumbers.is_possible_number_with_reason(number)
    is_short = len(_national(number)) < _MIN_DIGITS_OF_UNKNOWN_RANGE
    if is_short or reason in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return _too_short()
    if reason == ValidationResult.TOO_LONG or len(_e164(number)) - 1 > E164_DIGITS:
        return _too_long()
    return InvalidPhone(
        "not_a_number",
        "No number of this country has so many digits. Check it, "
        "or type it with + and the country code if it is from abroad.",
    )


def _too_short() -> InvalidPhone:
    return InvalidPhone(
        "too_short", "This phone number is too short. Type it in full, with its area code."
    )


def _too_long() -> InvalidPhone:
    return InvalidPhone("too_long", "This phone number is too long. Check for a digit typed twice.")


# -- libphonenumber, wrapped ---------------------------------------------------------------------


def _known_regions(regions: Sequence[str]) -> list[str]:
    upper = (region.upper() for region in regions)
    return [region for region in dict.fromkeys(upper) if region in phonenumbers.SUPPORTED_REGIONS]


def _parse(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _national(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.national_significant_number(number))


def _region(number: phonenumbers.PhoneNumber) -> str:
    region = phonenumbers.region_code_for_number(
        number
    ) or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region if region in phonenumbers.SUPPORTED_REGIONS else ""
