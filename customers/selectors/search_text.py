"""What was typed into the search box, read once: digits, words, an e-mail or a code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm.identifiers.invalid import InvalidPhone
from crm.identifiers.phone_text import only_digits, read_phone_text
from crm.identifiers.phones import PhoneNumber, parse_phone
from crm.identifiers.search_forms import MIN_DIGITS, candidate_digits, looks_like_phone
from crm.identifiers.text import clean_text

LONGEST = 200  # characters; more than anybody types to find a person
MIN_LETTERS = 2  # one of them may be a digit
MOST_WORDS = 8
SHORTEST_NUMBER_OF_A_CODE = 6  # CUS-000123: typed without its letters it begins with a zero

_CODE = re.compile(r"^cus[\s\-_#]*(?P<number>\d{1,12})$", re.IGNORECASE)
_HASH = re.compile(r"^[0-9a-f]{32}$", re.IGNORECASE)
_PHONE_PIECE = re.compile(r"^[\d+(][\d+()\-./]*$")


class SearchForm(StrEnum):
    """How the text was understood."""

    PHONE = "phone"
    NAME = "name"
    EMAIL = "email"
    CODE = "code"
    HASH = "hash"  # the id that other systems keep of a customer
    NOTHING = "nothing"  # too little to look for


@dataclass(frozen=True, slots=True)
class SearchText:
    """What to look for. Several parts may be set at once: "jane 0412" is a name and digits."""

    form: SearchForm
    typed: str  # cleaned, fit to show and to carry into a form
    candidates: tuple[str, ...] = ()  # digit strings, the likeliest first
    words: str = ""
    whole: str = ""  # an e-mail, looked for by its beginning, or a complete code or hash
    beginning: str = ""  # of a code
    number: PhoneNumber | None = None  # the text is one complete phone number


def read_search_text(text: str, *, regions: Sequence[str]) -> SearchText:
    """Understand what was typed; never raises. `regions` as in `parse_phone`."""
    typed = clean_text(text)[:LONGEST].strip()
    code = _CODE.match(typed)
    if code:
        number = code["number"]
        return SearchText(
            form=SearchForm.CODE, typed=typed, whole=code_of(number), beginning=f"CUS-{number}"
        )
    if _HASH.match(typed):
        return SearchText(form=SearchForm.HASH, typed=typed, whole=typed.lower())
    if looks_like_phone(typed):
        return _phone(typed, regions)
    if "@" in typed.strip("@"):
        return _email(typed)
    return _words(typed, regions)


def code_of(number: str) -> str:
    """The customer code of a number: 123 and 000123 are CUS-000123."""
    return f"CUS-{number.lstrip('0').zfill(SHORTEST_NUMBER_OF_A_CODE)}"


def _phone(typed: str, regions: Sequence[str]) -> SearchText:
    digits = only_digits(read_phone_text(typed).body)
    is_code = typed == digits and digits.startswith("0")
    return SearchText(
        form=SearchForm.PHONE,
        typed=typed,
        candidates=tuple(candidate_digits(typed, regions=regions)),
        whole=code_of(digits) if is_code and len(digits) >= SHORTEST_NUMBER_OF_A_CODE else "",
        number=_complete_number(typed, regions),
    )


def _complete_number(typed: str, regions: Sequence[str]) -> PhoneNumber | None:
    try:
        return parse_phone(typed, regions=regions)
    except InvalidPhone:
        return None


def _email(typed: str) -> SearchText:
    pieces = typed.lower().split()[:MOST_WORDS]
    whole = next(piece for piece in pieces if "@" in piece)
    others = " ".join(piece for piece in pieces if piece != whole)
    if whole.startswith("@"):  # a domain: by its words
        return SearchText(form=SearchForm.EMAIL, typed=typed, words=f"{whole} {others}")
    return SearchText(form=SearchForm.EMAIL, typed=typed, whole=whole, words=others)


def _is_enough(words: str) -> bool:
    letters = [character for character in words if character.isalnum()]
    return len(letters) >= MIN_LETTERS and any(letter.isalpha() for letter in letters)


def _words(typed: str, regions: Sequence[str]) -> SearchText:
    pieces = typed.split()[:MOST_WORDS]
    of_phone = [piece for piece in pieces if _PHONE_PIECE.match(piece)]
    words = " ".join(piece for piece in pieces if piece not in of_phone)
    if not _is_enough(words):
        return SearchText(form=SearchForm.NOTHING, typed=typed)
    digits = " ".join(of_phone)
    is_enough = len(only_digits(digits)) >= MIN_DIGITS
    return SearchText(
        form=SearchForm.NAME,
        typed=typed,
        words=words,
        candidates=tuple(candidate_digits(digits, regions=regions)) if is_enough else (),
    )
