"""A typed phone number taken out of its wrapping, before anyone asks what country it is of."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from crm.identifiers.invalid import InvalidPhone
from crm.identifiers.text import clean_text, holds_control_characters, is_null_word

AS_TYPED_LENGTH = 100  # characters; real ones with an extension and spaces stay under 40

_ENCODED = re.compile(r"%(?:25)*[0-9A-Fa-f]{2}")
_LABEL = re.compile(
    r"^(?:p|t|m|tel|telephone|phone|ph|mob|mobile|cell|callto|sms|whatsapp)\s*[:.]\s*/{0,2}\s*",
    re.IGNORECASE,
)
_CONTEXT = re.compile(r";phone-context=(\+?[\d().\-]*)[^;]*", re.IGNORECASE)
_EXTENSION = re.compile(
    r"^(?P<main>.*\d.*?)[\s,;]*(?:;ext=|\bextension|\bextn?|(?<=\d)extn?|x|#)[\s.:]*"
    r"(?P<extension>\d{1,7})$",
    re.IGNORECASE,
)
# A spreadsheet that took the number for a number: 61412345678.0, and 6.14123E+10 (digits lost).
_DECIMAL = re.compile(r"^(\+?\d{5,})\.0+$")
_SCIENTIFIC = re.compile(r"^\+?\d(?:[.,]\d+)?e\+?\d{1,3}$", re.IGNORECASE)
_OPTIONAL_TRUNK = re.compile(r"[(\[]\s*0\s*[)\]]")
_PLUS_SIGNS = "+＋﹢⁺➕"
_OTHER_DASHES = "−ー〜~⁃"
_PUNCTUATION = frozenset(" -().[]/,;|&:_")


@dataclass(frozen=True, slots=True)
class PhoneText:
    """The parts of a typed number: nothing is known of its country yet."""

    as_typed: str  # cleaned, fit to store
    body: str  # ASCII digits and punctuation, without label and extension
    extension: str  # digits, or empty

    @property
    def has_plus(self) -> bool:
        """Whether it was written internationally. "+0…" is not: no country code begins so."""
        return self.body.startswith("+") and not self.digits.startswith("0")

    @property
    def digits(self) -> str:
        return only_digits(self.body)

    @property
    def without_optional_trunk(self) -> str:
        """The digits without a "(0)" that is dialled only inside the country."""
        return only_digits(_OPTIONAL_TRUNK.sub("", self.body, count=1))

    @property
    def separate_parts(self) -> list[str]:
        """The pieces, if it looks like several numbers in one field."""
        pieces = (piece.strip() for piece in re.split(r"[/,;|&]", self.body))
        return [piece for piece in pieces if piece]


def only_digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def read_phone_text(text: str) -> PhoneText:
    """Unwrap what was typed: labels, URIs, percent-encoding, other scripts' digits, extension.

    Raises InvalidPhone (empty, too_long, letters, not_a_number) for what can't be a number in
    any country.
    """
    if holds_control_characters(text):
        raise InvalidPhone(
            "not_a_number",
            "The phone number holds characters that can't be kept. Type it again by hand.",
        )
    as_typed = clean_text(text)
    if len(as_typed) > AS_TYPED_LENGTH:
        raise InvalidPhone(
            "too_long", "This is too long for a phone number. Give one number, without other text."
        )
    bare = _unwrap(as_typed)
    if is_null_word(bare):
        raise InvalidPhone("empty", "No phone number was given. Type one.")
    if _SCIENTIFIC.match(bare):
        raise InvalidPhone(
            "not_a_number",
            "A spreadsheet shortened this number, and digits are lost. "
            "Format the column as text there, and take the number from its source.",
        )
    main, extension = _split_extension(_DECIMAL.sub(r"\1", bare))
    _refuse_other_characters(main)
    return PhoneText(as_typed=as_typed, body=main, extension=extension)


def _unwrap(as_typed: str) -> str:
    text = as_typed
    for _ in range(3):  # encoded once by a form, and again by a system that passed it on
        if not _ENCODED.search(text):
            break
        text = unquote(text, errors="ignore")
    text = _ascii(clean_text(text)).strip(" '\"=`")
    text = _LABEL.sub("", text)
    context = _CONTEXT.search(text)
    if context:  # RFC 3966: a local number, and the country it is local to
        text = _CONTEXT.sub("", text)
        if context[1].startswith("+") and not text.startswith("+"):
            text = f"{context[1]} {text}"
    return text.strip(" ,;.'\"")


def _ascii(text: str) -> str:
    return "".join(_ascii_character(character) for character in text)


def _ascii_character(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character in _PLUS_SIGNS:
        return "+"
    if category == "Pd" or character in _OTHER_DASHES:
        return "-"
    if category == "Cf":
        return ""
    if "\uff01" <= character <= "\uff5e":  # full-width forms of ASCII
        return unicodedata.normalize("NFKC", character)
    return {"·": ".", "•": ".", "∙": ".", "‧": ".", "⁄": "/", "∕": "/"}.get(character, character)


def _split_extension(text: str) -> tuple[str, str]:
    match = _EXTENSION.match(text)
    if match is None:
        return text, ""
    return match["main"].strip(), match["extension"]


def _refuse_other_characters(main: str) -> None:
    if any(character.isalpha() for character in main):
        raise InvalidPhone(
            "letters",
            "A phone number has no letters. Type only the number, "
            "and put words such as “work” in the label or a note.",
        )
    signs = main.lstrip("( +")
    if not only_digits(main) or any(
        not (character in _PUNCTUATION or character in "0123456789") for character in signs
    ):
        raise InvalidPhone(
            "not_a_number",
            "This is not a phone number. Type its digits, with + and the country code "
            "if it is from abroad.",
        )
