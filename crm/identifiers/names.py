"""People's names: kept as given, split where the split is safe, placeholders recognised.

Nothing here changes letters or order of what will be shown; the split serves greetings,
initials and comparison, and its two parts together always hold every word.
"""

import re
import unicodedata
from dataclasses import dataclass

from crm.identifiers.invalid import InvalidName
from crm.identifiers.text import clean_text, fold, holds_control_characters, word_set

MAX_LENGTH = 200  # characters

_TITLES = word_set("mr mrs ms miss mx dr prof sir madam shri smt kumari khun mister master mdm rev")
_SUFFIXES = word_set("jr sr ii iii iv phd md esq")
_PARTICLES = word_set(
    """
    al ap bin bint binti binte ben da das de del della der den di do dos du el ibn la le
    st ter van von zu zum
    """
)

_PLACEHOLDER_WORDS = word_set(
    """
    unknown anonymous anon guest visitor walkin caller customer client lead prospect person
    test testing tester dummy sample demo user na none null nil undefined blank tba tbc tbd
    noname nonamegiven namenotgiven notgiven notprovided missedcall newcustomer newlead
    newcaller xxx xx asdf abc
    """
)
# Words that may stand beside the above without making it a person: "Walk-in Customer 12".
_FILLER_WORDS = word_set("new no name the a caller customer client lead walk in number")
_CHANNEL_WORDS = word_set(
    """
    facebook fb meta instagram google website web whatsapp line ivr knowlarity telephony phone
    online app chat email walk in walkin justdial indiamart cardekho carwale campaign
    """
)
_LEAD_WITH_PHONE = re.compile(r"\blead\b[\s:#-]*\+?[\d(][\d\s().-]{3,}$")
_TEST_LEAD = re.compile(r"^<?\s*test lead\b")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts. Every part may be empty; together they hold all that was typed."""

    title: str  # "Dr"
    given: str  # "Mary Jane"; a single name stands here
    family: str  # "van der Berg Jr"

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.title, self.given, self.family) if part)


def clean_name(text: str) -> str:
    """The name as it will be stored.

    Raises InvalidName: empty, too_long, no_letter or control_characters.
    """
    if holds_control_characters(text):
        raise InvalidName(
            "control_characters",
            "The name holds characters that can't be kept. Type it again by hand.",
        )
    name = clean_text(text)
    if not name:
        raise InvalidName("empty", "Give a name.")
    if len(name) > MAX_LENGTH:
        raise InvalidName("too_long", f"A name has at most {MAX_LENGTH} characters.")
    if not _has_letter(name):
        raise InvalidName("no_letter", "A name has at least one letter.")
    return name


def split_name(text: str) -> PersonName:
    """A full name in parts: "Dr Ana de Souza" or "Souza, Ana". Never raises, loses no word."""
    name = clean_text(text)
    before, comma, after = (part.strip() for part in name.partition(","))
    if comma and before and after and not _only_suffixes(after):
        title, given = _take_title(after.replace(",", " ").split())
        return PersonName(title=title, given=" ".join(given), family=before)
    title, words = _take_title(name.replace(",", " ").split())
    cut = _start_of_family(words)
    return PersonName(title=title, given=" ".join(words[:cut]), family=" ".join(words[cut:]))


def is_placeholder_name(text: str) -> bool:
    """Whether the text stands where a name is missing.

    "Unknown", "Walk-in", "Guest 3", "Facebook Lead +61 412…", "N/A", "-", or only digits. Such
    a name is replaced by the first real one that comes, and nobody is matched by it.
    """
    name = fold(text)
    if not _has_letter(name) or _TEST_LEAD.match(name) or _LEAD_WITH_PHONE.search(name):
        return True
    if re.sub(r"[^a-z]", "", name) in _PLACEHOLDER_WORDS and name.isascii():
        return True
    words = [word for word in re.findall(r"[^\W\d_]+", name) if word]
    fillers = _PLACEHOLDER_WORDS | _FILLER_WORDS
    if all(word in fillers for word in words) and any(w in _PLACEHOLDER_WORDS for w in words):
        return True
    return words[-1] in ("lead", "enquiry", "caller") and set(words[:-1]) <= _CHANNEL_WORDS


def initials(text: str) -> str:
    """One or two capital letters for a person's badge; empty when there is no letter."""
    name = split_name(text)
    words = [
        word
        for word in f"{name.given} {name.family}".split()
        if _has_letter(word) and _plain(word) not in _SUFFIXES
    ]
    chosen = words[:1] + words[1:][-1:]
    return "".join(_first_letter(word) for word in chosen)


def is_title(text: str) -> bool:
    """Whether the text is a form of address such as "Dr." and no part of the name itself."""
    return _plain(text.strip()) in _TITLES


def _has_letter(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _first_letter(word: str) -> str:
    start = next(index for index, character in enumerate(word) if character.isalpha())
    end = start + 1
    while end < len(word) and unicodedata.category(word[end]).startswith("M"):
        end += 1
    return unicodedata.normalize("NFC", word[start:end].upper())


def _take_title(words: list[str]) -> tuple[str, list[str]]:
    if len(words) > 1 and is_title(words[0]):
        return words[0], words[1:]
    return "", words


def _start_of_family(words: list[str]) -> int:
    """Where the family name begins: its last real word, and the particles before it."""
    last = len(words) - 1
    while last > 0 and _plain(words[last]) in _SUFFIXES:
        last -= 1
    if last < 1:
        return len(words)
    cut = last
    while cut > 1 and _plain(words[cut - 1]) in _PARTICLES:
        cut -= 1
    return cut


def _only_suffixes(text: str) -> bool:
    return all(_plain(word) in _SUFFIXES for word in re.split(r"[\s,]+", text) if word)


def _plain(word: str) -> str:
    return fold(word).strip(".")
