"""What a typed search could stand for: digit strings to look for, the likeliest first.

The stored side is E.164 without its plus. Each string is looked for as the whole number, as
its end, and (three digits or more) anywhere inside it.
"""

from collections.abc import Iterator, Sequence

import phonenumbers

from crm.identifiers.invalid import InvalidPhone
from crm.identifiers.phone_text import PhoneText, read_phone_text
from crm.identifiers.phones import E164_DIGITS, parse_phone

MIN_DIGITS = 3
MAX_CANDIDATES = 6
_LAST_DIGITS = 4  # "the number ends with 0123": a leading zero is then a digit like any other
_ABROAD_PREFIXES = ("0011", "011", "00")


def looks_like_phone(text: str) -> bool:
    """Whether the text is only digits (of any script) and phone punctuation, 3 digits or more."""
    typed = _read(text)
    return typed is not None and len(typed.digits) >= MIN_DIGITS


def candidate_digits(typed: str, *, regions: Sequence[str]) -> list[str]:
    """At most six digit strings the text could stand for, best first; empty for no phone.

    `regions` are the countries whose national form is understood, the likeliest first.
    "07152 979502" in GB gives 447152979502 first; the beginning of it, "07152 97", gives
    715297. Never raises.
    """
    read = _read(typed)
    if read is None:
        return []
    wanted: dict[str, None] = {}
    for digits in _in_order(typed, read, regions):
        if MIN_DIGITS <= len(digits) <= E164_DIGITS:
            wanted.setdefault(digits)
    return list(wanted)[:MAX_CANDIDATES]


def _in_order(typed: str, read: PhoneText, regions: Sequence[str]) -> Iterator[str]:
    whole = _whole_numbers(typed, regions)
    yield from (digits for digits, is_valid in whole if is_valid)
    if len(read.digits) <= _LAST_DIGITS:
        yield read.digits
    yield from _parts(read, regions)
    yield from (digits for digits, is_valid in whole if not is_valid)
    yield read.digits


def _whole_numbers(typed: str, regions: Sequence[str]) -> list[tuple[str, bool]]:
    """The complete numbers the text is in each of the regions, with their validity."""
    found = []
    for region in regions or [""]:
        try:
            number = parse_phone(typed, regions=[region])
        except InvalidPhone:
            continue
        found.append((number.digits, number.is_valid))
    return found


def _parts(read: PhoneText, regions: Sequence[str]) -> Iterator[str]:
    """The digits as they would stand inside E.164, for a number not typed to its end."""
    digits = read.without_optional_trunk
    if read.has_plus:
        yield _without_inner_trunk(digits)
        yield digits
        return
    for prefix in _ABROAD_PREFIXES:
        if digits.startswith(prefix):
            yield _without_inner_trunk(digits.removeprefix(prefix).lstrip("0"))
    yield digits.lstrip("0")
    for region in regions:
        trunk = _trunk_prefix(region)
        code = str(phonenumbers.country_code_for_region(region.upper()))
        if trunk and trunk not in ("0", code) and digits.startswith(trunk):
            yield digits.removeprefix(trunk)


def _without_inner_trunk(international: str) -> str:
    """ "44 07152" to "447152", where the country dials a zero only at home."""
    for length in (1, 2, 3):
        code, rest = international[:length], international[length:]
        region = phonenumbers.region_code_for_country_code(int(code)) if code else "ZZ"
        if region != "ZZ":
            return code + rest.lstrip("0") if _trunk_prefix(region) == "0" else international
    return international


def _trunk_prefix(region: str) -> str:
    return phonenumbers.ndd_prefix_for_region(region.upper(), True) or ""


def _read(text: str) -> PhoneText | None:
    try:
        return read_phone_text(text)
    except InvalidPhone:
        return None
