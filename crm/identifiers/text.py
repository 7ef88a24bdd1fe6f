"""Text as it comes from keyboards, files and other systems, made safe to keep and compare."""

import re
import unicodedata

# The two joiners spell words in Indic scripts, Persian and emoji; they matter only inside a word.
_JOINERS = "\u200c\u200d"
_STRAY_JOINER = re.compile(
    rf"(?:^|(?<=[\x00-\x7f\s]))[{_JOINERS}]+|[{_JOINERS}]+(?=[\x00-\x7f\s]|$)"
)
_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def word_set(words: str) -> frozenset[str]:
    """The words of a text, for lists that read better as prose than one to a line."""
    return frozenset(words.split())


# What systems write where they have nothing to say (formats of telephony, CSV and form vendors).
_NULL_WORDS = word_set(
    """
    none false null nil nan na n.a. n.a n/a #n/a undefined unknown empty blank missing
    - -- --- . ? not_given not_provided not_available no_number no_phone no_email
    """
)

# Letters that carry their accent in their shape, so that decomposition does not free it.
_SHAPED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ŋ": "n",
        "ŧ": "t",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
    }
)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL takes the text: it refuses NUL and half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def holds_control_characters(text: str) -> bool:
    """Whether the text holds control characters or lone surrogates (white space is neither)."""
    if text.isprintable():
        return False
    return any(
        unicodedata.category(character) in ("Cc", "Cs") and not character.isspace()
        for character in text
    )


def clean_text(value: str, *, keep_lines: bool = False) -> str:
    """The text, fit to store and show; never raises.

    NUL, lone surrogates, other control characters and invisible format characters (zero-width
    marks, byte-order marks, direction overrides) go; joiners inside a word of a script that
    needs them stay. Every kind of white space becomes one plain space, and with `keep_lines`
    line ends stay as "\\n". The result is in NFC and has no white space at its ends.

    Where dropping characters silently would be wrong (a form field), ask
    `holds_control_characters` first.
    """
    if value.isascii() and value.isprintable():  # nearly all text is
        return " ".join(value.split())
    lines = (_clean_line(line) for line in _LINE_ENDS.split(value))
    if keep_lines:
        return "\n".join(lines).strip("\n")
    return " ".join(line for line in lines if line)


def _clean_line(line: str) -> str:
    # A tab is both a control character and white space: white space is settled first.
    spaced = "".join(" " if character.isspace() else character for character in line)
    visible = "".join(character for character in spaced if _is_kept(character))
    joined = _STRAY_JOINER.sub("", " ".join(visible.split()))
    return unicodedata.normalize("NFC", joined).strip()


def _is_kept(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def is_null_word(text: str) -> bool:
    """Whether the text is one of the words that mean "nothing here", or is empty."""
    word = clean_text(text).casefold()
    return not word or word.replace(" ", "_") in _NULL_WORDS


def fold(text: str) -> str:
    """The text for comparing names: lower case, no accents, one kind of apostrophe.

    Only marks that decorate a letter are removed. Vowel signs and tone marks of Thai, Indic
    and other scripts spell the word, so they stay.
    """
    shaped = clean_text(text).lower().translate(_SHAPED)
    letters = (c for c in unicodedata.normalize("NFKD", shaped) if not _is_accent(c))
    return clean_text(unicodedata.normalize("NFC", "".join(letters)).lower().translate(_SHAPED))


def _is_accent(character: str) -> bool:
    # Combining classes (Unicode, ch. 4.3): 200 and up are marks above, below and through Latin,
    # Greek and Cyrillic letters; 10 to 35 are the optional Hebrew and Arabic points.
    combining = unicodedata.combining(character)
    return combining >= 200 or 10 <= combining <= 35
